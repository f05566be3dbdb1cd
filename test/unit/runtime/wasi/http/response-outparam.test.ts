/** The place for an answer: set once, and for one head. */
import { expect, it } from 'vitest';
import { WasiTrap } from '../../../../../functions/runtime/wasi/failure.ts';
import { type GivenResponse, ResponseOutparam } from '../../../../../functions/runtime/wasi/http/response-outparam.ts';
import { failureOf } from '../context.ts';

const REFUSED: GivenResponse = { tag: 'err', val: { tag: 'HTTP-request-denied' } };

it('takes one answer and traps on another', () => {
  const given: GivenResponse[] = [];
  const param = new ResponseOutparam((response) => void given.push(response));
  ResponseOutparam.set(param, REFUSED);
  expect(() => ResponseOutparam.set(param, REFUSED)).toThrow(WasiTrap);
  expect(given).toEqual([REFUSED]);
});

it('refuses informational responses with a text that says so', () => {
  const param = new ResponseOutparam(() => undefined);
  const val = expect.stringContaining('informational responses are unsupported');
  expect(failureOf(() => param.sendInformational())).toEqual({ tag: 'internal-error', val });
});
