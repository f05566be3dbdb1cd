/** `wasi:http/types`: the classes that all calls share. What is sent goes through `outgoing-handler`. */
import { httpErrorCode } from './error-code.ts';
import { Fields } from './fields.ts';
import { FutureIncomingResponse } from './future-response.ts';
import { FutureTrailers, IncomingBody } from './incoming-body.ts';
import { IncomingRequest } from './incoming-request.ts';
import { IncomingResponse } from './incoming-response.ts';
import { RequestOptions } from './options.ts';
import { OutgoingBody } from './outgoing-body.ts';
import { OutgoingRequest } from './outgoing-request.ts';
import { OutgoingResponse } from './outgoing-response.ts';
import { ResponseOutparam } from './response-outparam.ts';

export const httpTypes = {
  httpErrorCode,
  Fields,
  IncomingRequest,
  OutgoingRequest,
  RequestOptions,
  ResponseOutparam,
  IncomingResponse,
  IncomingBody,
  FutureTrailers,
  OutgoingResponse,
  OutgoingBody,
  FutureIncomingResponse,
};
