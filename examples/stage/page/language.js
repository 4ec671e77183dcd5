import { en } from './words/en.js'
import { zh } from './words/zh.js'

/** `?lang=` first, then what the browser prefers. */
export function pickLanguage() {
  const asked = new URLSearchParams(location.search).get('lang') || navigator.language
  const language = /^zh/i.test(asked) ? 'zh' : 'en'
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  return { language, words: language === 'zh' ? zh : en }
}
