/** As many arguments as every engine takes. */
const CHUNK = 4096
const BEYOND_ASCII = /[^\0-\x7f]/
/** With the `u` flag, halves of a pair are no match. */
const LONE_SURROGATE = /[\ud800-\udfff]/gu
const percent = (byte) => `%${byte.charCodeAt(0).toString(16)}`
const byteOf = (_, hex) => String.fromCharCode(parseInt(hex, 16))

/** A text of which each character is one byte of UTF-8; a lone surrogate becomes U+FFFD, as the standard has it. */
export function bytesOf(text) {
  if (!BEYOND_ASCII.test(text)) return text
  return encodeURIComponent(text.replace(LONE_SURROGATE, '\ufffd')).replace(/%(..)/g, byteOf)
}

// What the glue uses of the platform's classes of these names, which phones do not have. Mostly native
// calls, since a loop over the bytes is a hundred times slower without a JIT.

export class TextDecoder {
  decode(bytes = []) {
    let binary = ''
    for (let at = 0; at < bytes.length; at += CHUNK) {
      binary += String.fromCharCode.apply(null, bytes.subarray(at, at + CHUNK))
    }
    return BEYOND_ASCII.test(binary) ? decodeURIComponent(binary.replace(/[%\x80-\xff]/g, percent)) : binary
  }
}

export class TextEncoder {
  encodeInto(text, view) {
    const binary = bytesOf(text)
    const written = binary.length
    for (let at = 0; at < written; at++) view[at] = binary.charCodeAt(at)
    return { written }
  }
}
