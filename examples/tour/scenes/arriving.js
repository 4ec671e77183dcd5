import { launch } from '../app.js'
import { prompts } from './consent.js'

/** Scenes of other ways in, and of the way out. */

export const coldStart = {
  title: 'Cold start',
  promise: 'the module loads, nothing else happens',
  costs: {},
  act(stage) {
    const { phone } = stage.world
    stage.createClient = launch(stage.world)
    const answer = (need, detail) => stage.shop.provide(need, detail)
    stage.shop = stage.createClient({ prompts: prompts({ phone, answer }) })
    return stage.shop.getSession()
  },
  check(session, expect, { called }) {
    expect('module loads', called('WXWebAssembly.instantiate'), 1)
    expect('session', session, null)
  },
}

export const otherWays = [
  {
    title: 'Cloud login',
    promise: 'the cloud knows its caller: no code',
    costs: { sends: 1 },
    act({ world, createClient }) {
      world.phone.wx.cloud.init()
      const shop = createClient({ exchange: { cloud: 'login' }, storageKey: 'cloud-shop' })
      return shop.request({ url: '/profile', needs: 'login' })
    },
    check({ statusCode }, expect, { called }) {
      expect('wx.cloud.callFunction', called('cloud.callFunction'), 1)
      expect('status', statusCode, 200)
    },
  },
  {
    title: 'Scan to log in',
    promise: 'confirmed here, a web page is logged in',
    costs: { sends: 1 },
    async act({ world: { baseURL }, shop }) {
      const page = await (await fetch(`${baseURL}/scan`, { method: 'POST' })).json()
      const url = `/scan/${page.scene}/confirm`
      const confirmed = await shop.request({ url, method: 'POST', needs: 'login' })
      const headers = { 'x-scan-secret': page.secret }
      const collected = await (await fetch(`${baseURL}/scan/${page.scene}`, { headers })).json()
      return { confirmed, collected, session: await shop.getSession() }
    },
    check({ confirmed, collected, session }, expect) {
      expect('state', confirmed.data.state, 'confirmed')
      expect('the page’s user', collected.openid, session.openid)
      expect('the page has a session of its own', collected.token !== session.token, true)
    },
  },
  {
    title: 'Log-out',
    promise: 'forgotten here and on the server',
    costs: { sends: 2 },
    async act({ world, shop }) {
      const ended = await shop.request({ url: '/logout', method: 'POST' })
      await shop.logout()
      const goods = await shop.request({ url: '/goods' })
      const kept = [...world.phone.control.storage.keys()].filter((key) => key.startsWith('wxlogin:'))
      return { ended, goods, kept, session: await shop.getSession() }
    },
    check({ ended, goods, kept, session }, expect) {
      expect('statuses', `${ended.statusCode} ${goods.statusCode}`, '204 200')
      expect('session', session, null)
      expect('kept in storage', kept.length, 0)
    },
  },
]
