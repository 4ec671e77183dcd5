/**
 * Who the user is: `wx.login`, `wx.checkSession`, the anonymous profile, cloud functions, and the
 * details that buttons hand over.
 */

const NEEDS_TAP = 'can only be invoked by user TAP gesture.'

/** WeChat docs, 2022-11-08 notice: everybody is this nickname and a grey picture. */
const ANONYMOUS = {
  nickName: '微信用户',
  gender: 0,
  language: '',
  city: '',
  province: '',
  country: '',
  avatarUrl:
    'https://thirdwx.qlogo.cn/mmopen/vi_32/POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg/132',
  is_demote: true,
}

const PNG = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='),
  (char) => char.charCodeAt(0),
)

/** What a tap on `<button open-type="getPhoneNumber">` gives when it gives no number. */
const PHONE_REFUSALS = {
  'refuse-ios': { errMsg: 'getPhoneNumber:fail user deny' },
  'refuse-android': { errMsg: 'getPhoneNumber:fail:user deny' },
  quota: { errMsg: 'getPhoneNumber:fail quota exceeded', errno: 1400001 },
}

/**
 * @param {object} calls of `createCalls`
 * @param {object} screen of `createScreen`
 * @param {object} consent of `createConsent`
 * @param {object} world `{ appId, apiCategory, envVersion, version, user, accounts, cloudFunctions, files }`
 */
export function createIdentity(calls, screen, consent, world) {
  const { appId, apiCategory, envVersion, version, user, accounts, cloudFunctions, files } = world
  const me = { appid: appId, openid: user.openid }
  let cloudReady = false
  let avatarNumber = 0

  /** Goes on at once with a local ledger's answer, later with a remote one's. */
  function whenKnown(call, answer, go) {
    if (typeof answer?.then !== 'function') return go(answer)
    answer.then(go, () => call.fail('network error'))
  }

  function anonymousProfile(call) {
    const { language = 'en' } = call.options
    const userInfo = { ...ANONYMOUS, language }
    const data = { openId: user.openid, ...userInfo, ...(user.unionid && { unionId: user.unionid }) }
    whenKnown(call, accounts.sealData({ ...me, data }), (sealed) =>
      call.succeed({ userInfo, rawData: JSON.stringify(userInfo), ...sealed }),
    )
  }

  const privacyAnswer = (referrer) => new Promise((done) => consent.withPrivacy(referrer, done))

  return {
    api: {
      login: calls.define('login', (call) => {
        // WeChat docs, single-page mode: no login there.
        if (apiCategory === 'browseOnly') return call.fail('no permission in single page mode')
        const unionid = user.unionidAtLogin === false ? undefined : user.unionid
        whenKnown(call, accounts.issueCode({ ...me, unionid }), ({ code }) => call.succeed({ code }))
      }),

      checkSession: calls.define('checkSession', (call) => {
        whenKnown(call, accounts.checkSessionKey(me), ({ alive }) =>
          alive ? call.succeed() : call.fail('系统错误，错误码：-13001,session time out'),
        )
      }),

      getUserInfo: calls.define('getUserInfo', anonymousProfile),

      getUserProfile: calls.define('getUserProfile', (call) => {
        if (!screen.tapping) return call.fail(NEEDS_TAP)
        if (!call.options.desc) return call.fail('desc is required')
        consent.withPrivacy('getUserProfile', (refused) =>
          refused ? call.fail(...refused) : anonymousProfile(call),
        )
      }),

      getAccountInfoSync: calls.defineSync('getAccountInfoSync', () => ({
        miniProgram: { appId, envVersion, version },
      })),

      getApiCategory: calls.defineSync('getApiCategory', () => apiCategory),

      cloud: {
        init() {
          cloudReady = true
        },
        callFunction: calls.define('cloud.callFunction', (call) => {
          if (!cloudReady) {
            return call.fail("Cloud API isn't enabled, please call wx.cloud.init first", { errCode: -1 })
          }
          const { name, data = {} } = call.options
          const run = cloudFunctions[name]
          if (!run) {
            const errMsg = 'Error: errCode: -501000 | errMsg: FunctionName parameter could not be found'
            return call.fail(errMsg, { errCode: -501000 })
          }
          const caller = { OPENID: user.openid, APPID: appId, UNIONID: user.unionid }
          Promise.resolve(data)
            .then((sent) => run(sent, caller))
            .then(
              (result) =>
                call.succeed({ result, requestID: `cloud-${calls.control.count('cloud.callFunction')}` }),
              (error) =>
                call.fail(`Error: errCode: -504002 | errMsg: ${error.message}`, { errCode: -504002 }),
            )
        }),
      },
    },

    control: {
      expireSessionKey: () => accounts.expireSessionKey(me),

      async phoneButton(outcome = 'accept') {
        if (PHONE_REFUSALS[outcome]) return { ...PHONE_REFUSALS[outcome] }
        const refused = await privacyAnswer('button.getPhoneNumber')
        if (refused) return { errMsg: `getPhoneNumber:fail ${refused[0]}`, ...refused[1] }
        const { phoneNumber, countryCode = '86' } = user
        const data = { phoneNumber, purePhoneNumber: phoneNumber, countryCode }
        const { encryptedData, iv } = await accounts.sealData({ ...me, data })
        const detail = { errMsg: 'getPhoneNumber:ok', encryptedData, iv }
        if (outcome === 'old') return detail
        if (outcome !== 'accept') {
          const known = ['accept', 'old', ...Object.keys(PHONE_REFUSALS)].join(', ')
          throw new TypeError(`phoneButton: expected one of ${known}, got ${outcome}`)
        }
        const { code } = await accounts.issuePhoneCode({ ...me, phoneNumber, countryCode })
        return { ...detail, code }
      },

      async avatarButton(outcome = 'accept') {
        if (outcome === 'refuse') return { errMsg: 'chooseAvatar:fail cancel' }
        const refused = await privacyAnswer('button.chooseAvatar')
        if (refused) return { errMsg: `chooseAvatar:fail ${refused[0]}`, ...refused[1] }
        avatarNumber += 1
        const avatarUrl = `http://tmp/avatar-${avatarNumber}.png`
        files.set(avatarUrl, { bytes: PNG, type: 'image/png' })
        return { avatarUrl }
      },

      nicknameInput: (value) => ({ value }),
    },
  }
}
