import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startChromium } from './chromium.js'
import { serveStage } from './serve.js'
import { visit } from './visitor.js'

let stage
let browser

before(async () => {
  stage = await serveStage()
  browser = await startChromium()
})
after(async () => {
  await browser?.close()
  await stage?.close()
})

/** One visit, and no console error in it. */
const story = (name, run, options) =>
  test(name, async () => {
    const visitor = await visit(browser, stage.url, options)
    await visitor.told('open')
    await run(visitor)
    await visitor.leave()
  })

describe('the shop', () => {
  story('is open to everybody, without a login', async ({ phone, reads, logins, plainLogins }) => {
    await reads('Longjing tea')
    assert.equal(await phone.getByRole('button', { name: /^Add to favourites/ }).count(), 6)
    assert.equal(await logins(), 0)
    assert.equal(await plainLogins(), 1)
  })

  story('logs in once, with the first favourite', async ({ like, liked, told, logins, page }) => {
    await like('Longjing tea')
    await liked('Longjing tea')
    await told('firstLogin')
    assert.equal(await logins(), 1)
    assert.equal(await page.locator('.diagram .label', { hasText: /^wx\.login$/ }).count(), 1)

    await like('Pork bun')
    await liked('Pork bun')
    await told('cached')
    assert.equal(await logins(), 1)
  })

  story('asks for the phone number at the checkout, takes a no, and a yes later', async (visitor) => {
    const { tap, popup, reads, told, logins } = visitor
    await tap('Put in the cart · Longjing tea')
    await tap('Check out')
    await reads('Total')
    await tap('Place the order')
    await told('asking')
    await tap('Use my WeChat number')
    await popup('Agree')
    await popup('Don’t allow')
    await reads('Fine, nothing was sent.')
    await told('refused')

    await tap('Place the order')
    await tap('Use my WeChat number')
    await popup('Allow')
    await reads(/^Thank you/)
    await told('askedAndMet')
    assert.equal(await logins(), 1)
  })

  story('knows who you are: picture, nickname, phone', async ({ tap, popup, told, reads, page }) => {
    await tap('Me')
    await reads('Guest')
    await tap('Log in')
    await told('firstLogin')
    await page.getByLabel('Nickname').fill('Panda')
    await tap('Save')
    await page.locator('.phone .title', { hasText: 'Panda' }).waitFor()

    await tap('Choose a picture')
    await popup('Agree')
    await popup('Use it')
    await tap('Save my picture to the album')
    await told('askingScope')
    await popup('Don’t allow')
    await told('scopeRefused')
    await tap('Save my picture to the album')
    await reads('The album is locked')
    await tap('Open settings')
    await popup('Switch on')
    await reads('Saved to the album')
    await told('scopeMet')
  })

  story('forgets the session at log-out, and browsing goes on', async ({ tap, told, reads, logins }) => {
    await tap('Me')
    await tap('Log in')
    await told('firstLogin')
    await tap('Log out')
    await reads('Logged out')
    await told('loggedOut')
    await tap('Shop')
    await told('bare')
    assert.equal(await logins(), 1)
  })

  story('logs a web page in by its code', async ({ press, tap, reads, told }) => {
    await press('Scan a web page’s code')
    await reads('Log in on the web page?')
    await tap('Confirm')
    await reads('Done. The web page is logged in.')
    await told('scanned')
  })
})

describe('trouble', () => {
  /** A visit that has a session. */
  const withSession = (name, run) =>
    story(name, async (visitor) => {
      await visitor.like('Longjing tea')
      await visitor.told('firstLogin')
      await run(visitor)
    })

  withSession('an expired session: one login, sent again', async (visitor) => {
    const { press, like, liked, tap, told, logins, plainLogins, page } = visitor
    await press('Expire the session')
    await told('troubleExpire')
    await like('Pork bun')
    await liked('Pork bun')
    await told('expired')
    assert.equal(await logins(), 2)
    assert.equal(await page.locator('.tone-resent .label').count(), 1)

    await press('Expire the session')
    await told('troubleExpire')
    await tap('Favourites')
    await told('expiredMany')
    assert.equal(await logins(), 3)
    assert.equal(await plainLogins(), 4)
  })

  withSession('the backend down: said so, and the session kept', async (visitor) => {
    const { press, like, liked, told, reads, logins } = visitor
    await press('Backend down')
    await told('troubleDown')
    await like('Pork bun')
    await reads('The shop is out of reach. Check the network.')
    await told('networkKept')
    await press('Backend down')
    await told('troubleDownOff')
    await like('Pork bun')
    await liked('Pork bun')
    assert.equal(await logins(), 1)
  })

  withSession('the backend killed and started: nobody logs in again', async (visitor) => {
    const { press, like, liked, told, logins } = visitor
    await press('Kill the backend')
    await told('troubleRestart')
    await like('Pork bun')
    await liked('Pork bun')
    await told('cached')
    await press('Kill and reopen')
    await told('coldRestored')
    await liked('Longjing tea')
    assert.equal(await logins(), 1)
  })

  story('the backend down at the first login: the code is spent, the next waits', async (visitor) => {
    const { press, like, reads, told, logins } = visitor
    await press('Backend down')
    await like('Pork bun')
    await reads(/^Can’t log in/)
    await told('EXCHANGE_FAILED')
    assert.equal(await logins(), 1)
  })

  withSession('WeChat’s rate limit: told at once, and quiet after that', async (visitor) => {
    const { press, like, liked, reads, told, logins } = visitor
    await press('WeChat rate limit')
    await told('troubleRate')
    await like('Pork bun')
    await reads(/^WeChat is busy/)
    await told('RATE_LIMITED')
    await like('Pork bun')
    await told('waiting')
    assert.equal(await logins(), 2)

    await press('Hide, come back later')
    await told('hotBare')
    await like('Pork bun')
    await liked('Pork bun')
    assert.equal(await logins(), 3)
  })

  story('a slow network: taps share one login', async ({ press, like, liked, told, logins }) => {
    await press('Slow network')
    await told('troubleSlow')
    for (const item of ['Longjing tea', 'Pork bun', 'Toy panda']) await like(item)
    await told('loggingIn')
    for (const item of ['Longjing tea', 'Pork bun', 'Toy panda']) await liked(item)
    await told('firstLoginMany')
    assert.equal(await logins(), 1)
  })

  story('the next prompt refused', async ({ press, tap, popup, reads, told, page }) => {
    await tap('Put in the cart · Longjing tea')
    await tap('Check out')
    await press('Refuse the next prompt')
    await told('troubleRefuse')
    await tap('Place the order')
    await tap('Use my WeChat number')
    await reads('Fine, nothing was sent.')
    await told('refused')
    assert.equal(await page.getByRole('switch', { name: 'Refuse the next prompt' }).isChecked(), false)

    await tap('Place the order')
    await tap('Use my WeChat number')
    await popup('Agree')
    await popup('Allow')
    await reads(/^Thank you/)
  })

  withSession('WeChat silent: not for ever', async ({ press, like, liked, reads, told, logins }) => {
    await press('WeChat goes silent')
    await told('troubleSilent')
    await like('Pork bun')
    await told('loggingIn')
    await reads(/^WeChat did not answer/)
    await told('LOGIN_TIMEOUT')
    await new Promise((done) => setTimeout(done, 1600))
    await like('Pork bun')
    await liked('Pork bun')
    assert.equal(await logins(), 3)
  })

  withSession('killed and reopened: the session is still there', async (visitor) => {
    const { press, told, liked, like, logins, plainLogins } = visitor
    await press('Kill and reopen')
    await told('coldRestored')
    await liked('Longjing tea')
    await like('Pork bun')
    await liked('Pork bun')
    assert.equal(await logins(), 1)
    assert.equal(await plainLogins(), 2)
  })

  withSession('back after three hours: nothing, until something needs it', async (visitor) => {
    const { press, told, like, liked, logins } = visitor
    await press('Hide, come back later')
    await told('hotBare')
    assert.equal(await logins(), 1)
    await like('Pork bun')
    await liked('Pork bun')
    assert.equal(await logins(), 2)
  })

  withSession('the clock a day back: the session is not trusted', async (visitor) => {
    const { press, told, like, liked, logins } = visitor
    await press('Clock back a day')
    await told('troubleClock')
    await like('Pork bun')
    await liked('Pork bun')
    await told('clockBack')
    assert.equal(await logins(), 2)
  })
})

describe('the page', () => {
  story(
    'speaks Chinese, in the dark',
    async ({ page, reads }) => {
      await reads('龙井茶')
      assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN')
      const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      assert.equal(paper, 'rgb(18, 21, 19)')
      const english = await page.evaluate(() => document.body.textContent.match(/\b(the|session|heart)\b/gi))
      assert.equal(english, null)
    },
    { lang: 'zh', colorScheme: 'dark' },
  )

  story('changes its colours and its language', async ({ page, told }) => {
    await page.getByRole('button', { name: 'Light or dark' }).click()
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark')
    await page.getByRole('link', { name: 'Language: 中文' }).click()
    await page.getByRole('heading', { name: '制造麻烦' }).waitFor()
    await told('open')
  })

  story('can be used by keyboard alone, and shows where one is', async ({ page, told, reads }) => {
    await reads('Longjing tea')
    for (let i = 0; i < 30; i += 1) {
      await page.keyboard.press('Tab')
      const name = await page.evaluate(() => document.activeElement.getAttribute('aria-label'))
      if (name === 'Add to favourites · Longjing tea') break
    }
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle)
    assert.equal(outline, 'solid')
    await page.keyboard.press('Enter')
    await told('firstLogin')
  })

  story('names every control', async ({ page }) => {
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll('button, a, input')]
        .filter((control) => !(control.getAttribute('aria-label') || control.textContent).trim())
        .map((control) => control.outerHTML),
    )
    assert.deepEqual(nameless, [])
  })

  story(
    'fits a phone',
    async ({ page }) => {
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      assert.ok(width <= 390, `expected nothing wider than 390 pixels, got ${width}`)
    },
    { viewport: { width: 390, height: 844 } },
  )
})
