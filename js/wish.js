/** What the app wants, as `src/wasm/exports.rs` reads it. */
export const REQUEST = 0
export const LOGIN = 1
export const FORCED_LOGIN = 2
export const ENSURE = 3
export const PEEK = 4
export const LOGOUT = 5
export const PROVIDE = 6
export const DENY = 7
export const ABORT = 8
