/**
 * What the user has to agree to: permissions (`scope.…`) and the privacy contract.
 *
 * WeChat docs, Authorization: a scope is asked for by pop-up once; a refusal stands, silently, until
 * the user changes it on the settings page, which opens only from a tap. WeChat docs, Privacy:
 * interfaces that touch personal data wait for `onNeedPrivacyAuthorization`'s last listener, or
 * show WeChat's own pop-up where there is none.
 */

export const SCOPES = [
  'scope.userLocation',
  'scope.userFuzzyLocation',
  'scope.userLocationBackground',
  'scope.record',
  'scope.camera',
  'scope.bluetooth',
  'scope.writePhotosAlbum',
  'scope.addPhoneContact',
  'scope.addPhoneCalendar',
  'scope.werun',
]

const CONTRACT = '《模拟商店小程序隐私保护指引》'
const NOT_AGREED = ['privacy permission is not authorized', { errno: 104 }]
const NOT_DECLARED = ['api scope is not declared in the privacy agreement', { errno: 112 }]
const NEEDS_TAP = ['can only be invoked by user TAP gesture.']

/**
 * @param {object} calls of `createCalls`
 * @param {object} screen of `createScreen`
 * @param {object} state `{ settings, privacy, files }`, changed in place
 */
export function createConsent(calls, screen, { settings, privacy, files }) {
  let listener = null

  const authSetting = () => ({ 'scope.userInfo': true, ...settings })

  /** `done(null)` once the contract is agreed to, or `done([reason, more])`. */
  function withPrivacy(referrer, done) {
    if (privacy.state === 'agreed') return done(null)
    if (privacy.state === 'undeclared') return done(NOT_DECLARED)
    const decide = (agreed) => {
      if (agreed) privacy.state = 'agreed'
      done(agreed ? null : NOT_AGREED)
    }
    if (!listener) {
      const answered = () => (privacy.state === 'agreed' ? 'accept' : undefined)
      return screen.ask({
        kind: 'privacy',
        title: CONTRACT,
        decide: (choice) => decide(choice === 'accept'),
        answered,
      })
    }
    let resolved = false
    const resolve = ({ event, buttonId } = {}) => {
      if (resolved || event === 'exposureAuthorization') return
      resolved = true
      decide(event === 'agree' && typeof buttonId === 'string' && buttonId !== '')
    }
    listener(resolve, { referrer })
  }

  /** `done(granted, asked)`, where `asked` tells a fresh answer from one that stood already. */
  function withScope(scope, done) {
    if (scope in settings) return done(settings[scope], false)
    const answered = () => (scope in settings ? (settings[scope] ? 'accept' : 'refuse') : undefined)
    const decide = (choice) => {
      settings[scope] = choice === 'accept'
      done(settings[scope], true)
    }
    screen.ask({ kind: 'authorize', title: scope, decide, answered })
  }

  function guarded(call, scope, go) {
    withPrivacy(call.api, (refused) => {
      if (refused) return call.fail(...refused)
      withScope(scope, (granted, asked) => {
        if (granted) return go()
        // First-hand reports spell a refusal both ways.
        if (asked) call.fail('auth deny')
        else call.answerAs('fail', { errMsg: `${call.api}:fail:auth denied` })
      })
    })
  }

  return {
    withPrivacy,
    api: {
      getSetting: calls.define('getSetting', (call) => call.succeed({ authSetting: authSetting() })),

      authorize: calls.define('authorize', (call) => {
        const { scope } = call.options
        // WeChat docs, wx.authorize: scope.userInfo shows no pop-up and looks granted.
        if (scope === 'scope.userInfo') return call.succeed()
        if (!SCOPES.includes(scope)) return call.fail(`invalid scope "${scope}"`)
        guarded(call, scope, () => call.succeed())
      }),

      openSetting: calls.define('openSetting', (call) => {
        if (!screen.tapping) return call.fail(...NEEDS_TAP)
        const decide = (choice) => {
          if (choice === 'accept') for (const scope of Object.keys(settings)) settings[scope] = true
          if (typeof choice === 'object') Object.assign(settings, choice)
          call.succeed({ authSetting: authSetting() })
        }
        screen.ask({ kind: 'openSetting', title: Object.keys(settings).join(' '), decide })
      }),

      getPrivacySetting: calls.define('getPrivacySetting', (call) => {
        const needAuthorization = privacy.state === 'unasked'
        call.succeed({ needAuthorization, privacyContractName: CONTRACT })
      }),

      requirePrivacyAuthorize: calls.define('requirePrivacyAuthorize', (call) => {
        withPrivacy('requirePrivacyAuthorize', (refused) =>
          refused ? call.fail(...refused) : call.succeed(),
        )
      }),

      onNeedPrivacyAuthorization: calls.defineSync('onNeedPrivacyAuthorization', (given) => {
        listener = given
      }),

      saveImageToPhotosAlbum: calls.define('saveImageToPhotosAlbum', (call) => {
        if (!files.has(call.options.filePath)) return call.fail('no such file or directory')
        guarded(call, 'scope.writePhotosAlbum', () => call.succeed())
      }),

      showModal: calls.define('showModal', (call) => {
        const decide = (choice) => {
          const confirm = choice === 'accept'
          call.succeed({ confirm, cancel: !confirm })
        }
        screen.ask({ kind: 'modal', title: call.options.title || '', decide })
      }),
      showToast: calls.define('showToast', (call) => call.succeed()),
    },
    control: {
      settings,
      privacy,
    },
  }
}
