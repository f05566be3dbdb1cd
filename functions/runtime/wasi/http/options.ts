/** The resource `request-options` of `wasi:http/types`: how long a guest waits for another host. */
import { Resource } from '../resource.ts';

const NANOSECONDS_PER_MS = 1_000_000;

/** Waits in milliseconds; absent: as long as the call lasts. */
export interface RequestTimeouts {
  /** Until the response's head has come, from the moment the request is sent. */
  readonly headMs?: number;
  /** Between two pieces of the response's body. */
  readonly betweenBytesMs?: number;
}

/** The waits of a request with these options. */
export let timeoutsOf: (options: RequestOptions | undefined) => RequestTimeouts;

/** Timeouts, in nanoseconds. */
export class RequestOptions extends Resource {
  #connect: bigint | undefined;
  #firstByte: bigint | undefined;
  #betweenBytes: bigint | undefined;

  static {
    timeoutsOf = (options) => {
      if (options === undefined) return {};
      const firstByte = options.#firstByte;
      const betweenBytes = options.#betweenBytes;
      return {
        // The platform does not tell when a connection stands, so the time for it is added to that for the first byte.
        ...(firstByte === undefined ? {} : { headMs: milliseconds(firstByte + (options.#connect ?? 0n)) }),
        ...(betweenBytes === undefined ? {} : { betweenBytesMs: milliseconds(betweenBytes) }),
      };
    };
  }

  connectTimeout(): bigint | undefined {
    return this.#connect;
  }

  setConnectTimeout(duration: bigint | undefined): void {
    this.#connect = duration;
  }

  firstByteTimeout(): bigint | undefined {
    return this.#firstByte;
  }

  setFirstByteTimeout(duration: bigint | undefined): void {
    this.#firstByte = duration;
  }

  betweenBytesTimeout(): bigint | undefined {
    return this.#betweenBytes;
  }

  setBetweenBytesTimeout(duration: bigint | undefined): void {
    this.#betweenBytes = duration;
  }
}

function milliseconds(nanoseconds: bigint): number {
  return Math.ceil(Number(nanoseconds) / NANOSECONDS_PER_MS);
}
