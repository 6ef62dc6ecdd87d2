/** What staff can ask by a word with a slash before it. */
export const COMMANDS = {
  close: ['close', '结束', '关闭'],
  transfer: ['transfer', '转接给', '转接', '转给'],
  note: ['note', '备注'],
  card: ['card', '卡片'],
  article: ['article', '文章'],
  order: ['order', '订单'],
  who: ['who', '客户', '谁'],
  list: ['list', '列表', '会话'],
  help: ['help', '帮助', '?', '？'],
  bot: ['bot', '转机器人', '机器人'],
  on: ['on', '上线', '接单'],
  off: ['off', '下线', '休息'],
} as const
export type Command = keyof typeof COMMANDS

/** What a line of a staff member means; `number` is the conversation's, absent: the current one. */
export type Line =
  | { kind: 'say'; number?: number; text: string }
  /** The number alone: that conversation is the current one from now on. */
  | { kind: 'switch'; number: number }
  | { kind: 'command'; command: Command; number?: number; argument: string }
  /** A slash and a word nobody knows. */
  | { kind: 'unknown'; word: string }
  | { kind: 'empty' }

/** The highest number of a conversation; `#100` and above are words like any other. */
const HEAD = /^\s*[#＃]\s*([0-9０-９]{1,2})(?![0-9０-９])(?:\s*[:：])?[^\S\n]?/
const WORDS = Object.entries(COMMANDS)
  .flatMap(([command, words]) => words.map((word) => ({ command: command as Command, word })))
  .toSorted((a, b) => b.word.length - a.word.length)

/**
 * Reads a line. `#3 您好` goes to conversation 3, `/转给 王芳` is a command, `#3 /结束` and `/结束 #3` one on
 * conversation 3; `//` and `##` at the start stand for the sign itself. Everything else is said as it stands.
 */
export function parseLine(text: string): Line {
  if (text.trim() === '') return { kind: 'empty' }
  const head = HEAD.exec(text)
  const number = head ? numberIn(head[1]) : 0
  if (!head || number === 0) return rest(text)
  const said = text.slice(head[0].length)
  return said.trim() === '' ? { kind: 'switch', number } : rest(said, number)
}

function rest(text: string, number?: number): Line {
  const about = number === undefined ? {} : { number }
  const bare = text.trimStart()
  if (/^(?:\/\/|／／|##|＃＃)/.test(bare)) return { kind: 'say', ...about, text: bare.slice(1) }
  if (!/^[/／]/.test(bare)) return { kind: 'say', ...about, text }
  const line = bare.slice(1)
  const found = commandIn(line)
  if (!found) return { kind: 'unknown', word: /^\S*/.exec(line)?.[0] ?? '' }
  const { command, argument } = found
  if (number !== undefined || command === 'note') return { kind: 'command', command, ...about, argument }
  const named = HEAD.exec(argument)
  const own = named ? numberIn(named[1]) : 0
  if (!named || own === 0) return { kind: 'command', command, argument }
  return { kind: 'command', command, number: own, argument: argument.slice(named[0].length).trim() }
}

/** Chinese words need no space behind them, as nobody types one; a Latin word ends where its letters end. */
function commandIn(line: string): { command: Command; argument: string } | undefined {
  const small = line.toLowerCase()
  for (const { command, word } of WORDS) {
    if (!small.startsWith(word)) continue
    const behind = line.slice(word.length)
    if (/^[a-z]/.test(word) && /^[a-z0-9_-]/i.test(behind)) continue
    if (!TAKES.has(command) && /^[^\s#＃]/.test(behind)) continue
    return { command, argument: behind.trim() }
  }
  return undefined
}

const TAKES: ReadonlySet<Command> = new Set(['transfer', 'note', 'card', 'article', 'order'])

const numberIn = (digits = '') => Number(digits.normalize('NFKC'))
