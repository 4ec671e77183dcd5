/** As many arguments as every engine takes. */
const CHUNK = 4096
const BEYOND_ASCII = /[\x80-\xff]/
const ESCAPED = /[%\x80-\xff]/g
const percent = (byte) => `%${byte.charCodeAt(0).toString(16)}`

/**
 * UTF-8 for runtimes without TextDecoder and TextEncoder: phones have neither. The glue asks for
 * no more than is here, and lone surrogates become U+FFFD as the standard has it.
 */
export class TextDecoder {
  decode(bytes) {
    let binary = ''
    for (let at = 0; bytes && at < bytes.length; at += CHUNK) {
      binary += String.fromCharCode.apply(null, bytes.subarray(at, at + CHUNK))
    }
    // Native calls: a loop over the bytes is a hundred times slower without a JIT.
    return BEYOND_ASCII.test(binary) ? decodeURIComponent(binary.replace(ESCAPED, percent)) : binary
  }
}

export class TextEncoder {
  encode(text) {
    const bytes = []
    for (const character of text) {
      let point = character.codePointAt(0)
      if (point >= 0xd800 && point < 0xe000) point = 0xfffd
      if (point < 0x80) bytes.push(point)
      else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 0x3f))
      else if (point < 0x10000) {
        bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f))
      } else {
        bytes.push(
          0xf0 | (point >> 18),
          0x80 | ((point >> 12) & 0x3f),
          0x80 | ((point >> 6) & 0x3f),
          0x80 | (point & 0x3f),
        )
      }
    }
    return Uint8Array.from(bytes)
  }

  encodeInto(text, view) {
    const bytes = this.encode(text)
    view.set(bytes)
    return { read: text.length, written: bytes.length }
  }
}
