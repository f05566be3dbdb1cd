/** States of a component: `loaded → running ⇄ draining → stopped`, `failed` from any, the others in between. */
export type ComponentState = 'loaded' | 'starting' | 'running' | 'draining' | 'stopping' | 'stopped' | 'failed';
