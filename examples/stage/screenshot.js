import { fileURLToPath } from 'node:url'
import { startChromium } from './chromium.js'
import { serveStage } from './serve.js'

const NAMES = {
  en: {
    file: 'screenshot.png',
    add: 'Put in the cart · Longjing tea',
    out: 'Check out',
    order: 'Place the order',
  },
  zh: { file: 'screenshot.zh.png', add: '加入购物车 · 龙井茶', out: '去结算', order: '提交订单' },
}

const stage = await serveStage()
const browser = await startChromium()

/** The page in the middle of its story: logged in by an order that turned out to need a phone number. */
async function picture(lang) {
  const { file, add, out, order } = NAMES[lang]
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 })
  const page = await context.newPage()
  await page.goto(`${stage.url}/?lang=${lang}`)
  for (const name of [add, out, order])
    await page.getByRole('button', { name, exact: true }).filter({ visible: true }).first().click()
  await page.locator('.bubble[data-caption=asking]').waitFor()
  await page.waitForTimeout(600)
  await page.screenshot({ path: fileURLToPath(new URL(file, import.meta.url)) })
  await context.close()
}

for (const lang of Object.keys(NAMES)) await picture(lang)
await browser.close()
await stage.close()
