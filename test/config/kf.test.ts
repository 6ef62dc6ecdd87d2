import { describe, expect, test } from '@jest/globals'
import { wecomKfSchema } from '../../src/config/accounts.js'

const GOOD = { platform: 'wecom', kind: 'kf', corp: 'corp', openKfId: 'wkDEMO0000000001' }
const problems = (change: object) => {
  const parsed = wecomKfSchema.safeParse({ ...GOOD, ...change })
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'))
}

describe('a customer-service account', () => {
  test('needs its corporation’s app and its id, and skips what is older than ten minutes at first', () => {
    expect(wecomKfSchema.parse(GOOD)).toEqual({ ...GOOD, history: 600_000 })
    expect(problems({ corp: undefined })).toEqual(['corp'])
    expect(problems({ openKfId: 'DEMO' })).toEqual(['openKfId'])
    expect(problems({ history: 'soon' })).toEqual(['history'])
    expect(problems({ secret: 'x' })).toEqual([''])
  })

  test('has words within what the platform takes', () => {
    const item = { id: 'logi', text: '查物流' }
    expect(problems({ welcome: { text: '您好', choices: [item], scenes: { menu: { text: '您好' } } } })).toEqual([])
    expect(problems({ welcome: { text: '' } })).toEqual(['welcome.text'])
    expect(problems({ welcome: { text: '长'.repeat(342) } })).toEqual(['welcome.text'])
    expect(problems({ ended: { text: '再见', choices: Array.from({ length: 11 }, () => item) } })).toEqual([
      'ended.choices',
    ])
    expect(problems({ ended: { text: '再见', choices: [{ id: '', text: 'x' }] } })).toEqual(['ended.choices.0.id'])
    expect(problems({ queued: { text: '请稍候', choices: [item] } })).toEqual(['queued'])
  })
})
