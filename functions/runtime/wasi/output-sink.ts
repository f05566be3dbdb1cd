/** Who gets what a guest writes to its standard streams, other than the log. */
import type { ByteSink } from './streams.ts';

export interface OutputSink extends Pick<ByteSink, 'permit' | 'room'> {
  /** Takes bytes, at most what `permit` said; copies what it keeps. */
  write(stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
}
