import { fileURLToPath } from 'node:url'
import { startChromium } from './chromium.js'
import { serveStage } from './serve.js'

/** What is tapped, one after the other. */
const STORIES = {
  en: {
    file: 'screenshot.png',
    taps: [
      ['Add to favourites · Longjing tea', 'firstLogin'],
      ['Kill and reopen', 'coldRestored'],
      ['Put in the cart · Lotus mooncake', 'coldRestored'],
      ['Expire the session', 'troubleExpire'],
      ['Add to favourites · Toy panda', 'expired'],
    ],
  },
  zh: {
    file: 'screenshot.zh.png',
    taps: [
      ['收藏 · 龙井茶', 'firstLogin'],
      ['杀掉再打开', 'coldRestored'],
      ['加入购物车 · 莲蓉月饼', 'coldRestored'],
      ['让会话失效', 'troubleExpire'],
      ['收藏 · 熊猫玩偶', 'expired'],
    ],
  },
}

const stage = await serveStage()
const browser = await startChromium()

/** The page in the middle of its story: the backend forgot the session, and nobody noticed. */
async function picture({ file, taps }, lang) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 })
  const page = await context.newPage()
  await page.goto(`${stage.url}/?lang=${lang}`)
  for (const [name, caption] of taps) {
    await page.getByRole('button', { name, exact: true }).filter({ visible: true }).first().click()
    await page.locator(`.bubble[data-caption=${caption}]`).waitFor()
  }
  await page.waitForTimeout(600)
  await page.screenshot({ path: fileURLToPath(new URL(file, import.meta.url)) })
  await context.close()
}

for (const [lang, story] of Object.entries(STORIES)) await picture(story, lang)
await browser.close()
await stage.close()
