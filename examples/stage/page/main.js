import { connectAccounts } from '../../../tests/wechat/remote.js'
import { createWx } from '../../../tests/wechat/wx.js'
import { createClock } from './phone/clock.js'
import { launch, tapOn } from './phone/launch.js'
import { createNetwork } from './phone/network.js'

const places = await (await fetch('/places.json')).json()
const clock = createClock()
const network = createNetwork(places.backend)
const { wx, control } = createWx({
  accounts: connectAccounts(places.wechat, network),
  fetch: network.fetch,
  now: clock.now,
})
const screen = document.createElement('div')
screen.className = 'screen'
document.body.append(screen)
const s = document.createElement('style')
s.textContent = miniprogram.styles
document.head.append(s)
screen.addEventListener('click', (e) => tapOn(e.target, control))
const run = launch({
  program: miniprogram,
  wx,
  clock,
  screen,
  services: {},
  frame: { toast: console.log, tabText() {}, changed() {}, language: 'en' },
})
run.app.client.onTrace((s) => console.log(JSON.stringify(s)))
run.open('/pages/shop/shop')
