import { connectAccounts } from '../../../../tests/wechat/remote.js'
import { createWx } from '../../../../tests/wechat/wx.js'
import { createBody } from './body.js'
import { createClock } from './clock.js'
import { launch, tapOn } from './launch.js'
import { createNetwork } from './network.js'
import { createPopups } from './popups.js'
import { createServices } from './services.js'

const HOME = '/pages/shop/shop'
const NUMBER = '13812341234'
const AWAY = 700

const pause = (ms) => new Promise((done) => setTimeout(done, ms))

/** A new WeChat user for every visit, so that each begins logged out. */
const newOpenid = () => `o6_${crypto.randomUUID().replaceAll('-', '').slice(0, 25)}`

/**
 * The phone: simulated WeChat, the mini-program in it, and what a user can do to both.
 *
 * @param {object} given
 * @param {object} given.program what `compile` made
 * @param {object} given.places where backend and WeChat listen
 * @param {object} given.words
 * @param {object} given.told what is reported: `{ began(kind, title), started(run), asked, answered }`
 */
export function createPhone({ program, places, language, words, told }) {
  const clock = createClock()
  const network = createNetwork(places.backend)
  const body = createBody({
    tabs: program.configs.app.tabBar.list,
    words,
    onTab(path) {
      told.began('tap', program.configs[path] && titleOf(path))
      run.pages.switchTab(path)
    },
    onBack() {
      told.began('tap', words.back)
      run.pages.navigateBack()
    },
  })
  const orders = { refuseNext: false, onRefused() {} }
  const popups = createPopups({
    over: body.over,
    words: words.popups,
    told,
    refusesNext() {
      const is = orders.refuseNext
      orders.refuseNext = false
      if (is) orders.onRefused()
      return is
    },
  })
  const tabTexts = {}
  const titleOf = (path) => tabTexts[path] || words.tab

  let world = createWx({
    accounts: connectAccounts(places.wechat, network),
    user: { openid: newOpenid(), phoneNumber: NUMBER },
    fetch: network.fetch,
    now: clock.now,
    privacy: { state: 'unasked' },
    answers: 'wait',
    async onPopup(popup) {
      popup.answer(await popups.ask(popup.kind, popup.title))
    },
  })
  let run

  const frame = {
    language: language === 'zh' ? 'zh_CN' : 'en',
    toast: body.toast,
    tabText(index, text) {
      tabTexts[program.configs.app.tabBar.list[index].pagePath] = text
      body.tabText(index, text)
    },
    changed() {
      const top = run?.pages.top()
      if (top) body.show({ path: top.path, title: top.title, depth: run.pages.all.length })
    },
  }

  function start() {
    const services = createServices(popups, () => world, NUMBER)
    run = launch({ program, wx: world.wx, clock, screen: body.screen, services, frame })
    told.started({ client: run.app.client, control: world.control })
    run.open(HOME)
    frame.changed()
  }

  // In the capture phase: what a button does by itself belongs to this tap already.
  const noted = ({ target }) => {
    const button = target.closest('button')
    if (button) told.began('tap', button.getAttribute('aria-label') || button.textContent.trim())
  }
  body.screen.addEventListener('click', noted, { capture: true })
  body.screen.addEventListener('click', ({ target }) => tapOn(target, world.control))
  const showTime = () => body.clock(new Date(clock.now()), language)
  setInterval(showTime, 1000)
  showTime()

  return {
    node: body.node,
    network,
    orders,
    clock: {
      ...clock,
      move(ms) {
        clock.move(ms)
        told.clockMoved(ms)
        showTime()
      },
    },
    get control() {
      return world.control
    },
    start,

    /** The token that the app keeps, as somebody with the phone in their hands would find it. */
    token() {
      for (const text of world.control.storage.values()) {
        const [, token] = /"token":"([^"]+)"/.exec(text) || []
        if (token) return token
      }
      return null
    },

    open(url) {
      run.open(url)
      frame.changed()
    },

    async kill() {
      body.dim(true)
      popups.clear()
      run.pages.drop()
      await pause(AWAY)
      world = world.control.restart()
      start()
      body.dim(false)
    },

    async hide(meanwhile) {
      body.dim(true)
      world.control.background()
      run.app.onHide?.()
      run.pages.top().page.onHide?.()
      await pause(AWAY)
      meanwhile()
      world.control.foreground()
      run.app.onShow?.({})
      run.pages.top().page.onShow?.()
      body.dim(false)
    },
  }
}
