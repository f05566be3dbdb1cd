/** The harness: the first module that an isolate evaluates. Once it has, the globals are locked for the glue. */
import { lockdown } from './lockdown.ts';
import { serve } from './serve.ts';
import { sharedObjects } from './wasi/index.ts';

export { serve };

lockdown([...sharedObjects, serve]);
