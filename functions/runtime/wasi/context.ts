/** What the WASI objects of one call share. */
import type { CapabilityClient } from '../capabilities.ts';
import type { CallLifetime } from '../lifetime.ts';
import type { Toll } from '../toll.ts';
import type { StdioBuffer } from './stdio-buffer.ts';

export interface WasiContext {
  readonly environment: readonly (readonly [key: string, value: string])[];
  readonly stdio: StdioBuffer;
  readonly lifetime: CallLifetime;
  /** What reaches beyond the isolate; refused or granted outside of it, use by use. */
  readonly capabilities: CapabilityClient;
  /** What every host function charges. */
  readonly toll: Toll;
  /** Ends the guest; does not return. */
  exit(code: number): never;
}
