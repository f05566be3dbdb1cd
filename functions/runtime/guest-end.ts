/** How a guest function settled. Always a box: a guest's object may have a `then`, so it is never awaited bare. */
export type GuestEnd = { readonly returned: unknown } | { readonly thrown: unknown };
