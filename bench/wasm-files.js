import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { brotliDecompressSync } from 'node:zlib'
import { inCache, inRoot } from './places.js'
import { buildSmallest } from './smallest/build.js'

/** Which file stands for a code-package path. jsc has no brotli, so its files are unpacked. */
export async function placeWasm() {
  const v8 = {}
  const jsc = {}
  const absent = []
  const place = (path, { packed, unpacked }) => {
    v8[path] = packed
    jsc[path] = unpacked
  }
  const built = inRoot('dist/miniprogram/wxlogin.wasm.br')
  if (existsSync(built)) place('/miniprogram_npm/wxlogin/wxlogin.wasm.br', await unpack(built))
  try {
    place('/smallest.wasm.br', await buildSmallest())
  } catch (error) {
    absent.push({ contestant: 'smallest', reason: `did not build: ${error.message}` })
  }
  return { v8, jsc, absent }
}

/** Copied too, so that a build in the middle of a run changes nothing in it. */
async function unpack(built) {
  const packed = inCache('wxlogin.wasm.br')
  const unpacked = inCache('wxlogin.wasm')
  await mkdir(inCache(''), { recursive: true })
  await copyFile(built, packed)
  await writeFile(unpacked, brotliDecompressSync(await readFile(packed)))
  return { packed, unpacked }
}
