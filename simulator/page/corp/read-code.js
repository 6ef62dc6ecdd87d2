const EC_PER_BLOCK = {
  L: [7, 10, 15, 20, 26, 18, 20, 24, 30, 18],
  M: [10, 16, 26, 18, 24, 16, 18, 22, 22, 26],
  Q: [13, 22, 18, 26, 18, 24, 18, 22, 20, 24],
  H: [17, 28, 22, 16, 22, 28, 26, 26, 24, 28],
}
const BLOCKS = {
  L: [1, 1, 1, 1, 1, 2, 2, 2, 2, 4],
  M: [1, 1, 1, 2, 2, 4, 4, 4, 5, 5],
  Q: [1, 1, 2, 2, 4, 4, 6, 6, 8, 8],
  H: [1, 1, 2, 4, 4, 4, 5, 6, 8, 8],
}
const LEVELS = ['M', 'L', 'H', 'Q']
const MASKS = [
  (r, c) => (r + c) % 2 === 0,
  (r) => r % 2 === 0,
  (_r, c) => c % 3 === 0,
  (r, c) => (r + c) % 3 === 0,
  (r, c) => (Math.floor(r / 2) + Math.floor(c / 3)) % 2 === 0,
  (r, c) => ((r * c) % 2) + ((r * c) % 3) === 0,
  (r, c) => (((r * c) % 2) + ((r * c) % 3)) % 2 === 0,
  (r, c) => (((r + c) % 2) + ((r * c) % 3)) % 2 === 0,
]
const ALNUM = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'

/**
 * The text of a QR code (versions 1 to 10) in a drawn picture: upright, not damaged, nothing laid over it. `pixels` are
 * {data, width, height} as a canvas gives them. Undefined when none can be read.
 */
export function readCode(pixels) {
  const dark = darkness(pixels)
  const found = corners(dark, pixels.width, pixels.height)
  if (!found) return undefined
  const { left, top, step, size } = found
  const grid = Array.from({ length: size }, (_, r) =>
    Array.from({ length: size }, (_, c) => dark(Math.round(left + c * step), Math.round(top + r * step))),
  )
  const bits = readBits(grid, size)
  return bits && textOf(bits.codewords, bits.version)
}

function darkness({ data, width, height }) {
  const map = new Uint8Array(width * height)
  for (let i = 0, at = 0; i < map.length; i++, at += 4) {
    const light = data[at] * 0.299 + data[at + 1] * 0.587 + data[at + 2] * 0.114
    map[i] = Number(data[at + 3] > 127 && light < 128)
  }
  return (x, y) => map[y * width + x] === 1
}

/** The middle of the first module, the width of a module and the modules of a side. */
function corners(dark, width, height) {
  const middles = []
  for (let y = 0; y < height; y++) {
    for (const { x, unit } of patterns((at) => dark(at, y), width)) {
      const down = patterns((at) => dark(x, at), height).find((one) => Math.abs(one.x - y) < unit)
      if (!down || Math.abs(down.unit - unit) > unit * 0.3) continue
      const near = middles.find((one) => Math.abs(one.x - x) < unit * 3 && Math.abs(one.y - down.x) < unit * 3)
      if (!near) middles.push({ x, y: down.x, unit })
    }
  }
  for (const one of middles) {
    const same = (a, b) => Math.abs(a - b) < one.unit
    const right = middles.find((other) => other.x > one.x + one.unit * 10 && same(other.y, one.y))
    const below = middles.find((other) => other.y > one.y + one.unit * 10 && same(other.x, one.x))
    if (!right || !below || Math.abs(right.x - one.x - (below.y - one.y)) > one.unit * 2) continue
    const size = 4 * Math.round(((right.x - one.x) / one.unit + 7 - 17) / 4) + 17
    if (size < 21 || size > 57) continue
    const step = (right.x - one.x) / (size - 7)
    return { left: one.x - 3 * step, top: one.y - 3 * step, step, size }
  }
  return undefined
}

/** Where a line crosses a corner pattern (1:1:3:1:1): its middle and the width of a module. */
function patterns(isDark, length) {
  const runs = []
  for (let at = 0, from = 0; at <= length; at++) {
    if (at < length && isDark(at) === isDark(from)) continue
    runs.push({ from, n: at - from, dark: isDark(from) })
    from = at
  }
  return runs.flatMap((run, i) => {
    const five = runs.slice(i, i + 5)
    if (!run.dark || five.length < 5) return []
    const unit = five.reduce((sum, one) => sum + one.n, 0) / 7
    const fits = five.every(({ n }, k) => Math.abs(n / unit - (k === 2 ? 3 : 1)) < 0.55)
    return fits ? [{ x: Math.round(five[2].from + (five[2].n - 1) / 2), unit }] : []
  })
}

function readBits(grid, size) {
  const version = (size - 17) / 4
  let format = 0
  for (let i = 0; i < 15; i++) {
    const [r, c] = i < 6 ? [8, i] : i === 6 ? [8, 7] : i === 7 ? [8, 8] : i === 8 ? [7, 8] : [14 - i, 8]
    format = (format << 1) | Number(grid[r][c])
  }
  format ^= 0x5412
  const level = LEVELS[format >> 13]
  const mask = MASKS[(format >> 10) & 7]
  const reserved = reservedOf(version, size)
  const bytes = []
  let byte = 0
  let count = 0
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5
    for (let n = 0; n < size; n++) {
      const r = up ? size - 1 - n : n
      for (const c of [right, right - 1]) {
        if (reserved(r, c)) continue
        byte = (byte << 1) | Number(grid[r][c] !== mask(r, c))
        if (++count % 8 === 0) {
          bytes.push(byte)
          byte = 0
        }
      }
    }
  }
  return { codewords: untangle(bytes, version, level), version }
}

/** The modules that hold no data. */
function reservedOf(version, size) {
  const step = version === 1 ? 0 : Math.ceil((size - 13) / (2 * (Math.floor(version / 7) + 1))) * 2
  const places = version === 1 ? [] : version < 7 ? [6, size - 7] : [6, size - 7 - step, size - 7]
  return (r, c) => {
    if (r === 6 || c === 6) return true
    if ((r < 9 && (c < 9 || c >= size - 8)) || (r >= size - 8 && c < 9)) return true
    if (version >= 7 && ((r < 6 && c >= size - 11) || (c < 6 && r >= size - 11))) return true
    return places.some((y) => places.some((x) => !isCorner(x, y, size) && Math.abs(r - y) <= 2 && Math.abs(c - x) <= 2))
  }
}

const isCorner = (x, y, size) => (x === 6 && (y === 6 || y === size - 7)) || (y === 6 && x === size - 7)

/** Puts the codewords of the blocks back into their order. */
function untangle(bytes, version, level) {
  const blocks = BLOCKS[level][version - 1]
  const data = bytes.length - EC_PER_BLOCK[level][version - 1] * blocks
  const short = Math.floor(data / blocks)
  const longer = data % blocks
  const lists = Array.from({ length: blocks }, () => [])
  let at = 0
  for (let i = 0; i <= short; i++) {
    for (let b = 0; b < blocks; b++) if (i < short || b >= blocks - longer) lists[b].push(bytes[at++])
  }
  return lists.flat()
}

function textOf(codewords, version) {
  let at = 0
  const take = (n) => {
    let value = 0
    for (let i = 0; i < n; i++, at++) value = (value << 1) | ((codewords[at >> 3] >> (7 - (at & 7))) & 1)
    return value
  }
  const wide = version >= 10
  const bytes = []
  const put = (text) => bytes.push(...new TextEncoder().encode(text))
  while (at + 4 <= codewords.length * 8) {
    const mode = take(4)
    if (mode === 0) break
    if (mode === 4) for (let n = take(wide ? 16 : 8); n > 0; n--) bytes.push(take(8))
    else if (mode === 1) digits(take(wide ? 12 : 10))
    else if (mode === 2) letters(take(wide ? 11 : 9))
    else return undefined
  }
  function digits(count) {
    for (let n = count; n > 0; n -= 3) put(String(take([0, 4, 7, 10][Math.min(n, 3)])).padStart(Math.min(n, 3), '0'))
  }
  function letters(count) {
    for (let n = count; n > 0; n -= 2) {
      const value = take(n > 1 ? 11 : 6)
      put(n > 1 ? ALNUM[Math.floor(value / 45)] + ALNUM[value % 45] : ALNUM[value])
    }
  }
  return new TextDecoder().decode(Uint8Array.from(bytes))
}
