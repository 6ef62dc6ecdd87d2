import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { COMMANDS, parseLine } from '../../../src/desk/relay/parse.js'

describe('a line of a staff member', () => {
  test.each([
    ['您好', { kind: 'say', text: '您好' }],
    ['#3 您好', { kind: 'say', number: 3, text: '您好' }],
    ['＃３　您好', { kind: 'say', number: 3, text: '您好' }],
    ['#3您好', { kind: 'say', number: 3, text: '您好' }],
    ['#3：您好', { kind: 'say', number: 3, text: '您好' }],
    ['#3 第一行\n第二行', { kind: 'say', number: 3, text: '第一行\n第二行' }],
    ['#12', { kind: 'switch', number: 12 }],
    ['#3 ', { kind: 'switch', number: 3 }],
    ['#100 元', { kind: 'say', text: '#100 元' }],
    ['#0 元', { kind: 'say', text: '#0 元' }],
    ['#话题# 来了', { kind: 'say', text: '#话题# 来了' }],
    ['/结束', { kind: 'command', command: 'close', argument: '' }],
    ['/CLOSE', { kind: 'command', command: 'close', argument: '' }],
    ['／结束 #3', { kind: 'command', command: 'close', number: 3, argument: '' }],
    ['#3 /close', { kind: 'command', command: 'close', number: 3, argument: '' }],
    ['/转给 王芳', { kind: 'command', command: 'transfer', argument: '王芳' }],
    ['/转给王芳', { kind: 'command', command: 'transfer', argument: '王芳' }],
    ['/转接给 #2 王芳', { kind: 'command', command: 'transfer', number: 2, argument: '王芳' }],
    ['/note #3 号货架', { kind: 'command', command: 'note', argument: '#3 号货架' }],
    ['/备注 要 发票', { kind: 'command', command: 'note', argument: '要 发票' }],
    ['/订单A10086', { kind: 'command', command: 'order', argument: 'A10086' }],
    ['/转机器人', { kind: 'command', command: 'bot', argument: '' }],
    ['/?', { kind: 'command', command: 'help', argument: '' }],
    ['/orders', { kind: 'unknown', word: 'orders' }],
    ['/结束语', { kind: 'unknown', word: '结束语' }],
    ['/on-call', { kind: 'unknown', word: 'on-call' }],
    ['//结束', { kind: 'say', text: '/结束' }],
    ['##3 楼', { kind: 'say', text: '#3 楼' }],
    ['#3 //结束', { kind: 'say', number: 3, text: '/结束' }],
    [' \n', { kind: 'empty' }],
  ])('%j', (text, line) => {
    expect(parseLine(text)).toEqual(line)
  })

  test('that starts with neither sign is said as it stands', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => text.trim() !== '' && !/^\s*[#＃/／]/.test(text)),
        (text) => {
          expect(parseLine(text)).toEqual({ kind: 'say', text })
        },
      ),
    )
  })

  test('with a number reaches that conversation, whatever is said', () => {
    const words = fc.string({ unit: 'grapheme' }).filter((text) => text.trim() !== '' && !/^\s*[#＃/／:：]/.test(text))
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), words, (number, text) => {
        expect(parseLine(`#${number} ${text}`)).toEqual({ kind: 'say', number, text })
      }),
    )
  })

  test('is a command by each of its words, with what follows as its argument', () => {
    const commands = Object.entries(COMMANDS).flatMap(([command, words]) => words.map((word) => ({ command, word })))
    const argument = fc.stringMatching(/^[a-z0-9一-龥]{1,20}$/)
    fc.assert(
      fc.property(fc.constantFrom(...commands), argument, ({ command, word }, rest) => {
        expect(parseLine(`/${word}`)).toEqual({ kind: 'command', command, argument: '' })
        expect(parseLine(`#7 /${word} ${rest}`)).toEqual({ kind: 'command', command, number: 7, argument: rest })
      }),
    )
  })

  test('never breaks the reader, and nothing that was written is lost', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = parseLine(text)
        if (line.kind === 'say') expect(text.endsWith(line.text)).toBe(true)
        if (line.kind === 'say') expect(line.text.trim()).not.toBe('')
      }),
    )
  })
})
