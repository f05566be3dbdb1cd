/** A guest's memory as values cross it: bounds, allocation, and the options of the canonical functions that use it. */
import type { Lifting } from '../lifting.ts';
import type { HandleScope } from './handles.ts';
import type { CoreFunction, InstanceState, Running } from './state.ts';
import { broken, invalid } from './trap.ts';

const NOTHING = new Uint8Array();

export class Border {
  readonly instance: InstanceState;
  readonly encoding: 'utf8' | 'utf16';
  readonly #running: Running;
  readonly #memory: WebAssembly.Memory | undefined;
  readonly #realloc: CoreFunction | undefined;
  bytes: Uint8Array<ArrayBuffer> = NOTHING;
  view = new DataView(NOTHING.buffer);
  /** The call that handles are lent to or borrowed by; set by functions that have such handles. */
  scope: HandleScope | undefined;
  /** Code units of the text or elements of the list that was lowered last. */
  lowered = 0;

  constructor(
    running: Running,
    instance: InstanceState,
    encoding: 'utf8' | 'utf16',
    memory: WebAssembly.Memory | undefined,
    realloc: CoreFunction | undefined,
  ) {
    this.#running = running;
    this.instance = instance;
    this.encoding = encoding;
    this.#memory = memory;
    this.#realloc = realloc;
  }

  get lifting(): Lifting {
    return this.#running.lifting;
  }

  /** Looks at the memory again: the guest has run since, and memory that grew has another buffer. */
  enter(): void {
    // A buffer that was detached has no bytes.
    if (this.bytes.length > 0 || this.#memory === undefined) return;
    const buffer = this.#memory.buffer as ArrayBuffer; // shared memories are refused by the meter
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
  }

  /** Checks that a guest's pointer is aligned and has `size` bytes behind it. */
  region(pointer: number, size: number, align: number): number {
    const at = pointer >>> 0;
    if (at % align !== 0) invalid('a pointer of the component is not aligned');
    if (at + size > this.bytes.length) invalid('a list of the component reaches beyond its memory');
    return at;
  }

  /** Room for `size` bytes, which the guest finds; the host is told that they will be written. */
  allocate(size: number, align: number): number {
    if (this.#realloc === undefined) return broken('the component takes values and has no function to make room');
    if (size > 0xffff_ffff) return invalid('a value is too large for the memory of the component');
    const at = Number(this.#running.nested(this.#realloc, [0, 0, align, size])) >>> 0;
    this.enter();
    if (at % align !== 0) invalid('the component made room at an address that is not aligned');
    if (at + size > this.bytes.length) invalid('the component made room beyond its memory');
    this.writing(at, size);
    return at;
  }

  /** Tells the host of bytes that will be written. */
  writing(at: number, size: number): void {
    if (this.#memory !== undefined && size > 0) this.#running.wrote?.(this.#memory, at, size);
  }
}
