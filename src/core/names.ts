/** Names that users give to things. */

/** A component's name, and a policy template's. */
export const COMPONENT_NAME = /^[a-z][a-z0-9-]{0,62}$/;

/** A version's label. */
export const VERSION_LABEL = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
