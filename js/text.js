/** As many arguments as every engine takes. */
const CHUNK = 4096
const BEYOND_ASCII = /[^\0-\x7f]/
/** With the `u` flag, halves of a pair are no match. */
const LONE_SURROGATE = /[\ud800-\udfff]/gu
const percent = (byte) => `%${byte.charCodeAt(0).toString(16)}`
const byteOf = (_, hex) => String.fromCharCode(parseInt(hex, 16))

// UTF-8 for the glue: phones have neither TextDecoder nor TextEncoder. Mostly native
// calls, since a loop over the bytes is a hundred times slower without a JIT.

export function decode(bytes) {
  let binary = ''
  for (let at = 0; at < bytes.length; at += CHUNK) {
    binary += String.fromCharCode.apply(null, bytes.subarray(at, at + CHUNK))
  }
  return BEYOND_ASCII.test(binary) ? decodeURIComponent(binary.replace(/[%\x80-\xff]/g, percent)) : binary
}

/** A lone surrogate becomes U+FFFD, as the standard has it. */
export function encode(text) {
  let binary = text
  if (BEYOND_ASCII.test(text)) {
    binary = encodeURIComponent(text.replace(LONE_SURROGATE, '\ufffd')).replace(/%(..)/g, byteOf)
  }
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
}
