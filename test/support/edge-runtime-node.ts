/** Guard: a test file of the node projects fails when it silently runs elsewhere. */
import { versions } from 'node:process';

const MIN_NODE_MAJOR = 24;

if (!navigator.userAgent.startsWith('Node.js/') || Number(versions.node.split('.')[0]) < MIN_NODE_MAJOR) {
  throw new Error(`This project runs in Node ${MIN_NODE_MAJOR} or newer, but the runtime is "${navigator.userAgent}".`);
}
