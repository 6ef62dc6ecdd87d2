import { expect, test } from '@jest/globals'
import { CHANNELS } from '../../src/outbox/channel.js'
import { CHANNEL_NAMES, explain } from '../../src/outbox/explain.js'

test('a reason is told in words, Chinese and English, never as the program calls it', () => {
  for (const reason of ['opted-out', 'cap-week', 'mass-used-up', 'window-closed', 'quiet-hours', 'identity-unknown']) {
    const { zh, en } = explain(reason)
    expect(zh).toMatch(/\p{Script=Han}/u)
    expect(en).toMatch(/[a-z]/)
    expect(en).not.toContain(reason)
  }
})

test('what the platform said in its own words stands for itself', () => {
  expect(explain('45009 reach max api daily quota limit')).toEqual({
    zh: '45009 reach max api daily quota limit',
    en: '45009 reach max api daily quota limit',
  })
  expect(explain('constructor')).toEqual({ zh: 'constructor', en: 'constructor' })
})

test('every channel has a name that people use', () => {
  const names = CHANNELS.map((channel) => CHANNEL_NAMES[channel].zh)
  expect(new Set(names).size).toBe(CHANNELS.length)
})
