/** What an isolate asks for when its guest calls a function of another component, and what it is told. */

/** Input of the operation `call`. */
export interface ComponentCall {
  /** As it is imported, with its version: `demo:pricing/quotes@1.0.0`. */
  readonly interface: string;
  readonly function: string;
  /** The arguments as a JSON object, in UTF-8. */
  readonly body: ArrayBuffer;
}

/** What came of it. The component has answered, with `{"result": …}`, or the call failed. */
export type ComponentAnswer =
  | { readonly kind: 'answer'; readonly json: string }
  | {
      readonly kind: 'failed';
      /** The component that was called. */
      readonly component: string;
      /** One of the platform's error codes. */
      readonly code: string;
      readonly message: string;
    };
