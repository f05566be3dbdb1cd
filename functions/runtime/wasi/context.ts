/** What the WASI objects of one call share. */
import type { OpenDirectory } from '../../../src/isolate/protocol.ts';
import type { CapabilityClient } from '../capabilities.ts';
import type { CallLifetime } from '../lifetime.ts';
import type { MemoryAccount } from '../memory.ts';
import type { Toll } from '../toll.ts';
import type { LogBuffer } from './log-buffer.ts';
import type { OutputSink } from './output-sink.ts';
import type { StdioBuffer } from './stdio-buffer.ts';

export interface WasiContext {
  readonly environment: readonly (readonly [key: string, value: string])[];
  /** What `get-arguments` and standard input give. */
  readonly cli: { readonly args: readonly string[]; readonly stdin: string };
  readonly stdio: StdioBuffer;
  readonly logs: LogBuffer;
  /** Who else gets what goes to `stdio`, from when the export is called on. */
  readonly output: () => OutputSink | undefined;
  readonly lifetime: CallLifetime;
  /** What reaches beyond the isolate; refused or granted outside of it, use by use. */
  readonly capabilities: CapabilityClient;
  /** Directories of the volume that are open from the start; what is in them is decided use by use. */
  readonly directories: readonly OpenDirectory[];
  /** Books memory that the platform holds for the guest. */
  readonly memory: Pick<MemoryAccount, 'hold'>;
  /** What every host function charges. */
  readonly toll: Toll;
  /** Ends the guest; does not return. */
  exit(code: number): never;
}
