/** What stands at the place of the harness when stages are measured. The order matters: the second import locks the globals. */
import './captured.ts';

export { serve } from './stage-harness.ts';
