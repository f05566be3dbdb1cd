/** jco as a workload: bundled once for each form of its core modules. */
export { transpile } from '../../functions/builder/transpile.ts';
