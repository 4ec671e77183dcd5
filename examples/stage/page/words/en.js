export const en = {
  title: 'wxlogin',
  tagline: 'Login for WeChat mini-programs, at the moment it is needed',
  lazy: 'Lazy login means: looking around asks nobody to log in. The first tap that has to know who you are logs in by itself, once, and goes on.',
  language: { label: 'Language', other: '中文', code: 'zh' },
  theme: 'Light or dark',

  caption: {
    label: 'What just happened',
    next: 'Try next',
  },
  captions: {
    open: [
      'The shop opened and nobody logged in. Browsing needs no session, so wx.login was not called.',
      'Tap a heart. That is the first thing that has to know who you are.',
    ],
    bare: ['Nothing in this needed a login, so there was none.', 'Tap a heart to see the first login.'],
    firstLogin: [
      'This tap had to know who you are. wxlogin called wx.login once, exchanged the code for a session, then sent your request. You saw no login page.',
      'Tap another heart: no login this time.',
    ],
    firstLoginMany: [
      '{waited} requests needed a session at the same moment. They shared one login, then all went out.',
      'Tap a heart: no login this time.',
    ],
    cached: [
      'The session was still fresh, so the request went straight to the backend. No wx.login, no check beforehand.',
      'Make trouble: press “Expire the session”, then tap a heart.',
    ],
    expired: [
      'The backend no longer knew the session and said 401. wxlogin logged in once and sent the same request again. You noticed nothing.',
      'Expire it again and open Favourites: several requests at once.',
    ],
    expiredMany: [
      '{lostSession} requests came back with 401 at the same time. One login served them all; each was sent again, once.',
      'Put something in the cart and check out.',
    ],
    ended: [
      'By the phone’s clock the session was over. wxlogin did not even send it: one login first, then the request.',
      'Press “Kill and reopen”.',
    ],
    clockBack: [
      'The session seemed to come from the future, so the clock could not be trusted and neither could the session. wxlogin logged in once and went on.',
      'Press “Kill and reopen”.',
    ],
    askedAndMet: [
      'The backend answered “phone number missing”. wxlogin showed the prompt once, handed the number in and sent the order again.',
      'Order again: nobody is asked for the number twice.',
    ],
    refused: [
      'You said no. The order was not sent again, nobody nags, and the page got AUTH_DENIED to explain itself.',
      'Place the order again and allow it this time.',
    ],
    asking: [
      'The backend answered “phone number missing”. wxlogin asks for it once, through the app’s own prompt, and the order waits.',
      'Say no first, and see what happens. Then order again.',
    ],
    askingScope: [
      'This is the first feature that needs the album, so the question comes now and not earlier.',
      'Say yes or no.',
    ],
    loggingIn: [
      'wxlogin called wx.login and is waiting. Whoever else needs a session meanwhile waits for this same login.',
      'Tap more hearts meanwhile.',
    ],
    scopeMet: [
      'The permission was asked for at the moment it was needed, not before.',
      'Log out, then browse on.',
    ],
    scopeRefused: [
      'The album stays locked, and nothing was downloaded for it. WeChat will not ask again by itself, so next time the page shows the way to the settings.',
      'Tap “Save my picture” again.',
    ],
    RATE_LIMITED: [
      'WeChat said “too often”. wxlogin told the page at once and now keeps quiet for a minute, so that things do not get worse.',
      'Tap again: rejected at once, without calling WeChat. “Hide, come back later” ends the wait.',
    ],
    LOGIN_TIMEOUT: [
      'WeChat never answered wx.login. After 6 s wxlogin stopped waiting and told the page. An answer that comes later is ignored.',
      'Tap again in a second: a new login, with a new code.',
    ],
    EXCHANGE_FAILED: [
      'WeChat gave a code, but the backend was out of reach. The code is spent; after a short wait the next tap fetches a new one.',
      'Bring the backend up and tap again.',
    ],
    LOGIN_FAILED: [
      'wx.login failed. wxlogin told the page and waits a moment before the next one.',
      'Tap again.',
    ],
    CODE_INVALID: [
      'WeChat refused two fresh codes in a row. wxlogin stopped there instead of looping.',
      'Tap again.',
    ],
    loginFailed: ['The login failed, and the page was told why.', 'Tap again.'],
    waiting: [
      'The last login failed a moment ago, so this tap was rejected at once: no wx.login, no network, and the page knows how long to wait.',
      'Wait until it is over, or press “Hide, come back later”.',
    ],
    network: [
      'The backend can’t be reached, and the page was told. No login was tried: it would not help.',
      'Bring the backend up and try again.',
    ],
    networkKept: [
      'The backend can’t be reached. wxlogin kept the session: a broken network is no reason to log in again.',
      'Bring the backend up and tap again: no login needed.',
    ],
    loggedOut: [
      'The session is forgotten, here and in storage. Nothing logs in again until something needs it.',
      'Go back to the shop and browse.',
    ],
    coldRestored: [
      'Killed and reopened. The session came out of storage, still fresh: no wx.login at launch.',
      'Tap a heart: straight to the backend.',
    ],
    coldBare: [
      'Killed and reopened. Nobody was logged in before, nobody is now.',
      'Tap a heart to see the first login.',
    ],
    hotCached: ['You came back and the session was still good.', 'Tap a heart.'],
    hotBare: [
      'You came back three hours later. The old session is over, but nothing here needs one, so nothing happened.',
      'Tap a heart: one login, then the request.',
    ],
    scanned: [
      'You confirmed in the mini-program, and the web page got a session of its own.',
      'Expire the session and scan again.',
    ],

    troubleExpire: [
      'The backend has forgotten the session. The phone does not know yet.',
      'Tap a heart, or open Favourites.',
    ],
    troubleExpireNone: ['There is no session yet, so there is nothing to expire.', 'Tap a heart first.'],
    troubleRestart: [
      'The backend was killed and started again. It kept the session in its database, so it still knows you.',
      'Tap a heart: nobody logs in again.',
    ],
    troubleRestartNone: [
      'The backend was killed and started again. Nobody was logged in, so there was nobody to remember.',
      'Tap a heart, then kill it again.',
    ],
    troubleDown: ['The backend is switched off.', 'Tap a heart.'],
    troubleDownOff: ['The backend is up again.', 'Tap a heart.'],
    troubleRate: [
      'WeChat will answer the next login with “too often”. The session is forgotten, so that there will be one.',
      'Tap a heart.',
    ],
    troubleSlow: [
      'Every request now takes 1.2 s longer.',
      'Tap several hearts quickly: they share one login.',
    ],
    troubleSlowOff: ['The network is fast again.', 'Tap a heart.'],
    troubleRefuse: ['You will say no to whatever WeChat asks next.', 'Check out and use your WeChat number.'],
    troubleSilent: [
      'WeChat will not answer the next wx.login. The session is forgotten, so that there will be one.',
      'Tap a heart and wait 6 s.',
    ],
    troubleOff: ['That trouble is called off.', 'Tap a heart.'],
    troubleClock: ['The phone’s clock went back a day.', 'Tap a heart.'],
  },

  counter: {
    title: 'Calls of wx.login',
    ours: 'wxlogin',
    plain: 'plain wrapper',
    why: 'A plain wrapper logs in at every launch and once per 401.',
  },

  troubles: {
    title: 'Make trouble',
    intro: 'Press one, then use the phone.',
    items: {
      expire: ['Expire the session', 'The backend forgets it; the phone finds out by a 401.'],
      restart: ['Kill the backend', 'It starts again at once and still knows everybody.'],
      down: ['Backend down', 'Connections are refused.'],
      rate: ['WeChat rate limit', 'The next login hears “too often” (45011).'],
      slow: ['Slow network', 'Everything takes 1.2 s longer.'],
      refuse: ['Refuse the next prompt', 'You say no to what WeChat asks next.'],
      silent: ['WeChat goes silent', 'The next wx.login is never answered.'],
      cold: ['Kill and reopen', 'A cold start: memory is gone, storage stays.'],
      hot: ['Hide, come back later', 'A hot start three hours on: no launch event.'],
      clock: ['Clock back a day', 'Sessions seem to come from the future.'],
      scan: ['Scan a web page’s code', 'Log a web page in with this phone.'],
    },
  },

  scan: {
    waiting: 'The web page waits…',
    done: 'The web page is logged in.',
  },

  diagram: {
    title: 'Who talks to whom',
    label: 'Messages, newest last',
    time: 'after',
    lanes: { page: 'Page', client: 'wxlogin', wechat: 'WeChat', backend: 'Backend' },
    legendLabel: 'Colours',
    legend: {
      cached: 'session at hand',
      login: 'login',
      missing: 'missing',
      resent: 'sent again',
      ask: 'asking you',
      refused: 'refused, failed',
    },
  },
  story: {
    again: 'again',
    withSession: 'session',
    missing: 'missing',
    code: 'code',
    session: 'session',
    codeRefused: 'code refused',
    deferred: 'login waits',
    loggedOut: 'session forgotten',
    prompt: 'ask for',
    done: 'done',
    login: 'login',
    accept: 'allowed',
    refuse: 'refused',
    buttons: {
      privacy: 'privacy contract?',
      phone: 'phone number?',
      avatar: 'picture?',
      authorize: 'permission?',
      openSetting: 'settings',
      modal: 'dialog',
    },
  },
  episodes: {
    open: 'The app opens',
    cold: 'Killed and reopened',
    hot: 'Back after three hours',
    scan: 'A code was scanned',
    tapped: 'Tap: {}',
  },

  phone: {
    label: 'A phone with the mini-program',
    back: 'Back',
    tabs: 'Tabs',
    tab: 'Tab',
    popups: {
      from: 'WeChat',
      privacy: {
        title: 'Privacy',
        text: 'This mini-program handles personal data as its privacy contract says.',
        accept: 'Agree',
        refuse: 'Disagree',
      },
      phone: {
        title: 'Use your phone number?',
        text: 'The shop asks for {}',
        accept: 'Allow',
        refuse: 'Don’t allow',
      },
      avatar: {
        title: 'Choose a picture',
        text: 'The shop would like to show your WeChat picture.',
        accept: 'Use it',
        refuse: 'Cancel',
      },
      authorize: {
        title: 'Save to your album?',
        text: 'The shop asks to save pictures to your album.',
        accept: 'Allow',
        refuse: 'Don’t allow',
      },
      openSetting: { title: 'Settings', text: 'Save to album', accept: 'Switch on', refuse: 'Leave it off' },
      modal: { title: 'Message', text: '{}', accept: 'OK', refuse: 'Cancel' },
    },
  },
}
