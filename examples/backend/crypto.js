import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto'

/** The data is damaged, forged, another app's, or encrypted under a session_key that is gone. */
export class OpenDataError extends Error {
  name = 'OpenDataError'
}

/**
 * Decrypts what WeChat encrypted for this app. WeChat docs, "Signature verification and
 * decryption": AES-128-CBC, PKCS#7, all in base64; the watermark names the app it is for.
 *
 * @param {object} data
 * @param {string} data.encryptedData
 * @param {string} data.iv
 * @param {object} keys
 * @param {string} keys.sessionKey
 * @param {string} keys.appid
 * @returns {object} the open data, watermark included
 */
export function decryptOpenData({ encryptedData, iv }, { sessionKey, appid }) {
  if (!sessionKey) throw new OpenDataError('no session_key: the user has to log in first')
  let data
  try {
    const decipher = createDecipheriv(
      'aes-128-cbc',
      Buffer.from(sessionKey, 'base64'),
      Buffer.from(iv, 'base64'),
    )
    const text = Buffer.concat([decipher.update(encryptedData, 'base64'), decipher.final()])
    data = JSON.parse(text)
  } catch (cause) {
    throw new OpenDataError('encryptedData: expected data encrypted under the latest session_key', { cause })
  }
  if (data?.watermark?.appid !== appid) {
    throw new OpenDataError(`watermark.appid: expected ${appid}`)
  }
  return data
}

/** Whether `rawData` is what WeChat signed: signature = sha1(rawData + session_key), hexadecimal. */
export function isSigned({ rawData, signature }, sessionKey) {
  if (!sessionKey) return false
  const expected = createHash('sha1')
    .update(rawData + sessionKey)
    .digest()
  const given = Buffer.from(signature, 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}
