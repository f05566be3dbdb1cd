/** A look at how large the functions of a core module are, before anything works through them: they are passed over, not read. */
import { MAX_BODY_BYTES } from './limits.ts';
import { MeterError, Reader } from './reader.ts';
import { PREAMBLE_BYTES, SECTION } from './sections.ts';

/** A function body above `MAX_BODY_BYTES`. */
export interface LargeBody {
  /** Its place in the code section: imported functions do not count. */
  readonly index: number;
  readonly bytes: number;
  /** Where it begins in the module. */
  readonly offset: number;
}

/** The first function body that is too large; none in what is no module, which is left to validation. */
export function findLargeBody(module: Uint8Array): LargeBody | undefined {
  try {
    return inSections(new Reader(module, PREAMBLE_BYTES));
  } catch (error) {
    if (error instanceof MeterError) return undefined;
    throw error;
  }
}

/** What is wrong with it, and what the most is. */
export function describeLargeBody({ index, bytes }: LargeBody): string {
  return `the body of function ${index} has ${bytes} bytes, the most is ${MAX_BODY_BYTES}`;
}

function inSections(reader: Reader): LargeBody | undefined {
  while (reader.position < reader.end) {
    const id = reader.byte();
    const size = reader.u32();
    if (id === SECTION.code) return inCode(reader);
    reader.skip(size);
  }
  return undefined;
}

function inCode(reader: Reader): LargeBody | undefined {
  const bodies = reader.count('function bodies');
  for (let index = 0; index < bodies; index += 1) {
    const bytes = reader.u32();
    if (bytes > MAX_BODY_BYTES) return { index, bytes, offset: reader.position };
    reader.skip(bytes);
  }
  return undefined;
}
