export const zh = {
  title: 'wxlogin',
  tagline: '微信小程序登录，用到时才登录',
  lazy: '懒登录：随便逛，谁都不用登录。第一次点到“必须知道你是谁”的功能时，才自动登录一次，然后继续。',
  language: { label: '语言', other: 'English', code: 'en' },
  theme: '浅色或深色',

  caption: {
    label: '刚刚发生了什么',
    next: '接下来试试',
  },
  captions: {
    open: [
      '商店打开了，没有人登录。浏览不需要会话，所以没有调用 wx.login。',
      '点一个心，这是第一个必须知道你是谁的操作。',
    ],
    bare: ['这一步不需要登录，所以没有登录。', '点一个心，看第一次登录。'],
    firstLogin: [
      '这一下必须知道你是谁。wxlogin 调用了一次 wx.login，用 code 换到会话，再发出你的请求。你没有看到登录页。',
      '再点一个心：这次不用登录。',
    ],
    firstLoginMany: [
      '{waited} 个请求同时需要会话，它们共用一次登录，然后一起发出。',
      '点一个心：这次不用登录。',
    ],
    cached: [
      '会话仍然有效，请求直接发往后端。没有 wx.login，也没有预先检查。',
      '制造点麻烦：点“让会话失效”，再点一个心。',
    ],
    expired: [
      '后端已经不认这个会话，返回 401。wxlogin 登录一次，把同一个请求再发一遍。你什么都没察觉。',
      '再失效一次，然后打开收藏：几个请求同时发出。',
    ],
    expiredMany: [
      '{lostSession} 个请求同时收到 401。只登录了一次，每个请求各重发一次。',
      '加点东西到购物车，去结算。',
    ],
    ended: ['按手机时钟，会话已到期。wxlogin 根本没有发送它：先登录一次，再发请求。', '点“杀掉再打开”。'],
    clockBack: [
      '会话看起来来自未来，时钟不可信，会话也就不可信。wxlogin 登录一次，然后继续。',
      '点“杀掉再打开”。',
    ],
    askedAndMet: [
      '后端说“缺少手机号”。wxlogin 只弹一次提示，提交号码，再把订单重发一遍。',
      '再下一单：不会再问第二次。',
    ],
    refused: [
      '你拒绝了。订单没有重发，也不会纠缠，页面得到 AUTH_DENIED，知道该怎么说。',
      '再提交一次订单，这次选择允许。',
    ],
    asking: [
      '后端说“缺少手机号”。wxlogin 通过应用自己的提示问一次，订单先等着。',
      '先拒绝看看，然后再提交一次。',
    ],
    askingScope: ['这是第一个用到相册的功能，所以现在才问，不提前。', '允许或拒绝都可以。'],
    loggingIn: [
      'wxlogin 调用了 wx.login，正在等待。期间其他需要会话的请求都等这同一次登录。',
      '趁现在多点几个心。',
    ],
    scopeMet: ['用到权限的那一刻才询问，不提前。', '退出登录，再随便逛逛。'],
    scopeRefused: [
      '相册仍然锁着，也没有为它下载任何东西。微信不会自己再问，下次页面会指向设置页。',
      '再点一次“保存头像到相册”。',
    ],
    RATE_LIMITED: [
      '微信说“太频繁”。wxlogin 马上告诉页面，接下来一分钟保持安静，不让情况更糟。',
      '再点一次：立刻被拒，不会调用微信。“切走，晚点回来”可结束等待。',
    ],
    LOGIN_TIMEOUT: [
      '微信一直没有回应 wx.login。6 秒后 wxlogin 不再等待，告诉了页面。之后再来的回应会被忽略。',
      '过一秒再点：用新的 code 重新登录。',
    ],
    EXCHANGE_FAILED: [
      '微信给了 code，但后端连不上。这个 code 已经作废，稍等片刻，下一次点击会取新的。',
      '恢复后端，再点一次。',
    ],
    LOGIN_FAILED: ['wx.login 失败。wxlogin 告诉了页面，稍等片刻再登录。', '再点一次。'],
    CODE_INVALID: ['微信连续拒绝了两个新的 code，wxlogin 到此为止，不会死循环。', '再点一次。'],
    loginFailed: ['登录失败，页面知道原因。', '再点一次。'],
    waiting: [
      '上一次登录刚失败，所以这一下立刻被拒：没有 wx.login，没有网络，页面知道还要等多久。',
      '等它过去，或者点“切走，晚点回来”。',
    ],
    network: ['后端连不上，页面已被告知。没有尝试登录，因为没有用。', '恢复后端，再试一次。'],
    networkKept: [
      '后端连不上。wxlogin 保留了会话：网络坏了不是重新登录的理由。',
      '恢复后端，再点一次：不用登录。',
    ],
    loggedOut: ['会话已忘记，内存和存储里都没有了。直到有功能需要，才会再登录。', '回到商店逛逛。'],
    coldRestored: [
      '杀掉后重新打开。会话从存储中取出，仍然有效：启动时没有 wx.login。',
      '点一个心：直达后端。',
    ],
    coldBare: ['杀掉后重新打开。之前没有登录，现在也没有。', '点一个心，看第一次登录。'],
    hotCached: ['你回来了，会话仍然有效。', '点一个心。'],
    hotBare: [
      '三小时后回来。旧会话已到期，但这里用不到，所以什么都没发生。',
      '点一个心：登录一次，再发请求。',
    ],
    scanned: ['你在小程序里确认，网页得到了自己的会话。', '让会话失效，再扫一次。'],

    troubleExpire: ['后端已经忘记这个会话，手机还不知道。', '点一个心，或打开收藏。'],
    troubleExpireNone: ['还没有会话，没有什么可失效的。', '先点一个心。'],
    troubleRestart: ['后端被强行杀掉，又启动了。会话存在数据库里，它还认得你。', '点一个心：不用重新登录。'],
    troubleRestartNone: ['后端被强行杀掉，又启动了。刚才没人登录，也就没人可记。', '先点一个心，再杀一次。'],
    troubleDown: ['后端已关闭。', '点一个心。'],
    troubleDownOff: ['后端恢复了。', '点一个心。'],
    troubleRate: ['下一次登录，微信会说“太频繁”。会话已清除，好让登录发生。', '点一个心。'],
    troubleSlow: ['现在每个请求都慢 1.2 秒。', '快速点几个心：它们共用一次登录。'],
    troubleSlowOff: ['网络恢复了。', '点一个心。'],
    troubleRefuse: ['微信接下来问什么，你都会拒绝。', '去结算，使用微信手机号。'],
    troubleSilent: ['下一次 wx.login 微信不会回应。会话已清除，好让登录发生。', '点一个心，等 6 秒。'],
    troubleOff: ['这个麻烦取消了。', '点一个心。'],
    troubleClock: ['手机时钟往回拨了一天。', '点一个心。'],
  },

  counter: {
    title: 'wx.login 调用次数',
    ours: 'wxlogin',
    plain: '普通封装',
    why: '普通封装：每次启动登录一次，每个 401 再登录一次。',
  },

  troubles: {
    title: '制造麻烦',
    intro: '点一个，再操作手机。',
    items: {
      expire: ['让会话失效', '后端忘记会话，手机收到 401 才知道。'],
      restart: ['杀掉后端', '立刻重启，谁也不用重新登录。'],
      down: ['后端宕机', '连接被拒绝。'],
      rate: ['微信限流', '下一次登录得到“太频繁”（45011）。'],
      slow: ['网络很慢', '每个请求都慢 1.2 秒。'],
      refuse: ['拒绝下一个弹窗', '微信接下来问什么都拒绝。'],
      silent: ['微信没有回应', '下一次 wx.login 永远不回调。'],
      cold: ['杀掉再打开', '冷启动：内存清空，存储还在。'],
      hot: ['切走，晚点回来', '三小时后热启动：没有 onLaunch。'],
      clock: ['时钟拨回一天', '会话看起来来自未来。'],
      scan: ['扫网页上的码', '用这部手机登录一个网页。'],
    },
  },

  scan: {
    waiting: '网页在等待…',
    done: '网页已登录。',
  },

  diagram: {
    title: '谁在和谁说话',
    label: '消息，最新的在最后',
    time: '用时',
    lanes: { page: '页面', client: 'wxlogin', wechat: '微信', backend: '后端' },
    legendLabel: '颜色',
    legend: {
      cached: '会话有效',
      login: '登录',
      missing: '缺少什么',
      resent: '重发',
      ask: '询问用户',
      refused: '拒绝或失败',
    },
  },
  story: {
    again: '重发',
    withSession: '带会话',
    missing: '缺少',
    code: 'code',
    session: '会话',
    codeRefused: 'code 被拒',
    deferred: '登录等待',
    loggedOut: '会话已忘记',
    prompt: '请求',
    done: '完成',
    login: '登录',
    accept: '允许',
    refuse: '拒绝',
    buttons: {
      privacy: '隐私协议？',
      phone: '手机号？',
      avatar: '头像？',
      authorize: '权限？',
      openSetting: '设置',
      modal: '对话框',
    },
  },
  episodes: {
    open: '打开小程序',
    cold: '杀掉后重新打开',
    hot: '三小时后回来',
    scan: '扫了一个码',
    tapped: '点击：{}',
  },

  phone: {
    label: '运行小程序的手机',
    back: '返回',
    tabs: '标签页',
    tab: '标签页',
    popups: {
      from: '微信',
      privacy: {
        title: '隐私保护指引',
        text: '小程序将按隐私保护指引处理你的个人信息。',
        accept: '同意',
        refuse: '拒绝',
      },
      phone: { title: '使用手机号？', text: '商店申请使用 {}', accept: '允许', refuse: '不允许' },
      avatar: { title: '选择头像', text: '商店想显示你的微信头像。', accept: '使用', refuse: '取消' },
      authorize: {
        title: '保存到相册？',
        text: '商店申请保存图片到相册。',
        accept: '允许',
        refuse: '不允许',
      },
      openSetting: { title: '设置', text: '保存到相册', accept: '打开', refuse: '保持关闭' },
      modal: { title: '提示', text: '{}', accept: '确定', refuse: '取消' },
    },
  },
}
