/** `wasi:http/types`: the classes that all calls share. What is sent goes through `outgoing-handler`. */
import { deniedResource } from '../denied.ts';
import { WasiTrap } from '../failure.ts';
import { PROVIDED_INTERFACES } from '../provided.ts';
import { httpErrorCode } from './error-code.ts';
import { Fields } from './fields.ts';
import { FutureIncomingResponse } from './future-response.ts';
import { FutureTrailers, IncomingBody } from './incoming-body.ts';
import { IncomingResponse } from './incoming-response.ts';
import { RequestOptions } from './options.ts';
import { OutgoingBody } from './outgoing-body.ts';
import { OutgoingRequest } from './outgoing-request.ts';
import { OutgoingResponse } from './outgoing-response.ts';

const TYPES = 'wasi:http/types';

export const httpTypes = {
  httpErrorCode,
  Fields,
  IncomingRequest: unobtainable('incoming-request'),
  OutgoingRequest,
  RequestOptions,
  ResponseOutparam: unobtainable('response-outparam'),
  IncomingResponse,
  IncomingBody,
  FutureTrailers,
  OutgoingResponse,
  OutgoingBody,
  FutureIncomingResponse,
};

/** A resource that only a request to this component would bring. */
function unobtainable(resource: string): new () => object {
  return deniedResource(resource, PROVIDED_INTERFACES[TYPES]?.functions ?? [], () => {
    throw new WasiTrap(`wasi:http: there is no ${resource}, for nobody sent a request`);
  });
}
