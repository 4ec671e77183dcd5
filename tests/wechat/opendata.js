import { createCipheriv, createHash, randomBytes } from 'node:crypto'

/**
 * Seals open data as WeChat does. WeChat docs, "Signature verification and decryption": AES-128-CBC,
 * PKCS#7, key and iv in base64; signature = sha1(rawData + session_key), rawData without the
 * sensitive fields.
 */
export function sealOpenData(data, sessionKey) {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), iv)
  const encryptedData = Buffer.concat([cipher.update(JSON.stringify(data), 'utf8'), cipher.final()])
  const { openId, unionId, watermark, ...open } = data
  const rawData = JSON.stringify(open)
  return {
    rawData,
    signature: createHash('sha1')
      .update(rawData + sessionKey)
      .digest('hex'),
    encryptedData: encryptedData.toString('base64'),
    iv: iv.toString('base64'),
  }
}
