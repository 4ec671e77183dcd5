const SIZE = 160

/** The visitor's WeChat picture, drawn here: a PNG's bytes. */
export async function drawAvatar() {
  const canvas = Object.assign(document.createElement('canvas'), { width: SIZE, height: SIZE })
  const pen = canvas.getContext('2d')
  const sky = pen.createLinearGradient(0, 0, 0, SIZE)
  sky.addColorStop(0, '#f7c98b')
  sky.addColorStop(1, '#e58f76')
  pen.fillStyle = sky
  pen.fillRect(0, 0, SIZE, SIZE)
  circle(pen, 112, 52, 20, '#fff3dc')
  hill(pen, 120, '#5d8f80')
  hill(pen, 138, '#2f6b5a')
  const blob = await new Promise((done) => canvas.toBlob(done, 'image/png'))
  return new Uint8Array(await blob.arrayBuffer())
}

function circle(pen, x, y, radius, colour) {
  pen.fillStyle = colour
  pen.beginPath()
  pen.arc(x, y, radius, 0, 2 * Math.PI)
  pen.fill()
}

function hill(pen, height, colour) {
  pen.fillStyle = colour
  pen.beginPath()
  pen.moveTo(0, height)
  pen.bezierCurveTo(40, height - 60, 80, height + 10, SIZE, height - 34)
  pen.lineTo(SIZE, SIZE)
  pen.lineTo(0, SIZE)
  pen.fill()
}
