/** Policies: from text to what a component may do. */

export type { AccessRequest, CapabilityName, Decide, Decision } from './access.ts';
export { formatAddress, parseAddress } from './address.ts';
export { bucketStore } from './bucket-store.ts';
export { type ShownCapability, type ShownPermission, showCapabilities } from './capabilities.ts';
export { DENY_ALL } from './defaults.ts';
export type * from './document.ts';
export { environmentKeysOf, environmentOf } from './environment.ts';
export { formatFailure, type PolicyFailure, toFailure } from './failures.ts';
export { WASM_FEATURES, type WasmFeature } from './features.ts';
export { matchesGlob } from './glob.ts';
export { type GrantRequest, readCapability, readGrantRequest } from './grant-request.ts';
export { compileGrants, type Grants, grantsOf, NO_GRANTS, POLICY_ALONE, type RuntimeGrants } from './grants.ts';
export { policyHash } from './hash.ts';
export { DEFAULT_MAXIMA, type PolicyMaxima, parseMaxima } from './maxima.ts';
export { type NetworkRequest, networkRequest } from './network/request.ts';
export { maximaOf } from './operator.ts';
export { parsePolicy } from './parse.ts';
export { normalisePath } from './path.ts';
export { readEnvironmentKey } from './patterns.ts';
export { type Permission, permissionForms, readPermission } from './permission.ts';
export {
  compilePolicy,
  DEFAULT_TEMPLATE,
  denyAll,
  type ResolvedPolicy,
  resolvePolicy,
  type StoredPolicy,
  type StoredTemplate,
} from './resolution.ts';
export { resourceOf } from './resource.ts';
export { type StorageRoot, storageRoots } from './storage-roots.ts';
export { templateFailure } from './template-failure.ts';
export {
  deleteTemplate,
  isTemplateName,
  listTemplates,
  readTemplate,
  type Template,
  type TemplateError,
  type TemplateStore,
  type TemplateSummary,
  writeTemplate,
} from './templates.ts';
export { type ComponentFacts, checkComponent, type Violation, violationFailure } from './validation.ts';
