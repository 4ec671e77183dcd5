import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decryptOpenData, isSigned, OpenDataError } from '../../examples/backend/crypto.js'

describe('open data', () => {
  // WeChat docs, "Signature verification and decryption": the example and the published sample code.
  const sample = {
    keys: { appid: 'wx4f4bc4dec97d474b', sessionKey: 'tiihtNczf5v6AKRyjwEUhQ==' },
    encryptedData: [
      'CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS',
      '9uT5geRa0W4oTOb1WT7fJlAC+oNPdbB+3hVbJSRgv+4lGOETKUQz6OYStslQ142d',
      'NCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue1poOFtnEtpyxVLW1zAo6',
      '/1Xx1COxFvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6WUfTIF9GRHpOn',
      '/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4P',
      'C7E/r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns',
      '/8wR2SiRS7MNACwTyrGvt9ts8p12PKFdlqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYV',
      'oKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuy',
      'Db/XcxxmK01EpqOyuxINew==',
    ].join(''),
    iv: 'r7BXXKkLb8qrSNn05n0qiA==',
  }
  const signed = {
    sessionKey: 'HyVFkGl5F5OQWJZZaNzBBg==',
    signature: '75e81ceda165f4ffa64f4068af58c64b8f54b88c',
    rawData:
      '{"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGBiaycAjAtpujxyzYsrztuuICqIM5ibXQ/0"}',
  }

  test('the published sample decrypts', () => {
    const data = decryptOpenData(sample, sample.keys)
    assert.equal(data.openId, 'oGZUI0egBJY1zhBYw2KhdUfwVJJE')
    assert.equal(data.unionId, 'ocMvos6NjeKLIBqg5Mr9QjxrP1FA')
    assert.equal(data.nickName, 'Band')
    assert.deepEqual(data.watermark, { timestamp: 1477314187, appid: 'wx4f4bc4dec97d474b' })
  })

  test('the published signature holds, a changed one does not', () => {
    const { sessionKey, ...data } = signed
    assert.equal(isSigned(data, sessionKey), true)
    assert.equal(isSigned({ ...data, rawData: `${data.rawData} ` }, sessionKey), false)
    assert.equal(isSigned({ ...data, signature: 'fake' }, sessionKey), false)
    assert.equal(isSigned(data, undefined), false)
  })

  test('another app, another key and damage are refused', () => {
    const refused = (changed, keys) =>
      assert.throws(
        () => decryptOpenData({ ...sample, ...changed }, { ...sample.keys, ...keys }),
        OpenDataError,
      )
    refused({}, { appid: 'wxother' })
    refused({}, { sessionKey: signed.sessionKey })
    refused({}, { sessionKey: 'short' })
    refused({}, { sessionKey: undefined })
    refused({ iv: 'abc' })
    refused({ encryptedData: 'abc' })
  })
})
