import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { getSignature } from '@wecom/crypto'
import { demoAccount } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { clearReply, type FakeProduct, field, news, seal, startFakeProduct, text } from './fake-product.js'

let product: FakeProduct
let simulator: Simulator
let ming: string

beforeAll(async () => {
  product = await startFakeProduct()
  simulator = await startSimulator({
    port: 0,
    accounts: [{ ...demoAccount, callbackUrl: product.url }],
    timing: { answerMs: 4000, receiptMs: 0 },
  })
})

beforeEach(() => {
  simulator.control.reset()
  simulator.control.timing({ answerMs: 4000 })
  product.pushes.length = 0
  product.answer = () => 'success'
  ming = simulator.control.addFollower({ name: '小明', following: true }).id
})

afterAll(async () => {
  await simulator.close()
  await product.close()
})

const says = async (words: string) => {
  const exchange = await simulator.control.say(ming, words).done
  if (!exchange) throw new Error('nothing was pushed')
  return exchange
}
const lastShown = async () => (await simulator.control.thread(ming)).at(-1)?.content

describe('a push', () => {
  test('in safe mode carries only ToUserName and Encrypt, and opens with another implementation', async () => {
    await says('你好]]>"<&')
    const [push] = product.pushes
    expect(push?.field('Content')).toBe('你好]]]]><![CDATA[>"<&')
    expect(field(push?.body ?? '', 'FromUserName')).toBeUndefined()
    const sealed = field(push?.body ?? '', 'Encrypt') ?? ''
    const query = push?.query
    const signed = [query?.get('timestamp') ?? '', query?.get('nonce') ?? ''] as const
    expect(query?.get('msg_signature')).toBe(getSignature(demoAccount.token, ...signed, sealed))
    expect(query?.get('signature')).toBe(getSignature(demoAccount.token, ...signed, ''))
    expect(Number(push?.field('MsgId'))).toBeGreaterThan(2 ** 53)
    expect(push?.field('CreateTime')).toMatch(/^\d{10}$/)
  })

  test('in compatible mode carries the clear fields and Encrypt, in plain mode only the clear fields', async () => {
    simulator.control.setAccount('shop', { mode: 'compatible' })
    await says('兼容')
    simulator.control.setAccount('shop', { mode: 'plain' })
    await says('明文')
    const [compatible, plain] = product.pushes
    expect(field(compatible?.body ?? '', 'Content')).toBe('兼容')
    expect(compatible?.field('Content')).toBe('兼容')
    expect(compatible?.query.get('encrypt_type')).toBe('aes')
    expect(field(plain?.body ?? '', 'Encrypt')).toBeUndefined()
    expect(plain?.query.get('msg_signature')).toBeNull()
  })

  test('is sent again three times with the same body when nothing answers within the time', async () => {
    simulator.control.timing({ answerMs: 150 })
    product.answer = () => new Promise(() => {})
    const exchange = await says('在吗')
    expect(exchange.state).toBe('failed')
    expect(exchange.attempts).toHaveLength(4)
    expect(new Set(product.pushes.map((push) => push.body)).size).toBe(1)
    expect(exchange.attempts[0]?.ms).toBeGreaterThanOrEqual(140)
    expect(await lastShown()).toEqual({ kind: 'system', text: '该公众号暂时无法提供服务，请稍后再试' })
  })

  test('stops being sent again once an answer is valid, and shows that one', async () => {
    product.answer = (push) =>
      product.pushes.length < 3 ? { status: 500, body: 'no' } : seal(clearReply(push, text('第三次才好')))
    const exchange = await says('在吗')
    expect(exchange.attempts.map((attempt) => attempt.status)).toEqual([500, 500, 200])
    expect(await lastShown()).toEqual({ kind: 'text', text: '第三次才好' })
  })

  test('to nobody listening fails with the words for an unavailable account', async () => {
    simulator.control.setAccount('shop', { callbackUrl: 'http://127.0.0.1:9/wechat/shop' })
    const exchange = await says('在吗')
    expect(exchange.attempts[0]?.problem).toMatch(/not reachable/)
    expect(await lastShown()).toEqual({ kind: 'system', text: '该公众号暂时无法提供服务，请稍后再试' })
  })
})

describe('an answer', () => {
  test.each([
    ['empty', () => ''],
    ['success', () => 'success'],
  ])('%s is an acknowledgement that shows nothing', async (_name, answer) => {
    product.answer = answer
    expect((await says('你好')).state).toBe('acknowledged')
    expect(await simulator.control.thread(ming)).toHaveLength(1)
  })

  test('of one article is drawn as an article, and of three as its first with a warning', async () => {
    product.answer = (push) => seal(clearReply(push, news()))
    await says('退货')
    expect(await lastShown()).toMatchObject({ kind: 'article', title: '退换货指南', digest: '七天无理由' })
    product.answer = (push) => seal(clearReply(push, news(3)))
    const exchange = await says('退货')
    expect(exchange.state).toBe('replied')
    expect(exchange.warnings).toEqual(['3 articles sent; WeChat shows only the first'])
  })

  test('in clear is accepted in compatible mode', async () => {
    simulator.control.setAccount('shop', { mode: 'compatible' })
    product.answer = (push) => clearReply(push, text('明文也行'))
    await says('你好')
    expect(await lastShown()).toEqual({ kind: 'text', text: '明文也行' })
  })

  const wrong: [string, Parameters<typeof Object>[0], RegExp][] = []
  const bad = (name: string, answer: FakeProduct['answer'], reason: RegExp) => wrong.push([name, answer, reason])
  bad('ok in capitals', () => 'SUCCESS', /not XML|neither/)
  bad('JSON', () => '{"errcode":0}', /neither/)
  bad('success with a newline', () => 'success\n', /neither/)
  bad('a 403', () => ({ status: 403, body: '' }), /HTTP 403/)
  bad('a clear reply in safe mode', (push) => clearReply(push, text('x')), /in clear/)
  bad('a reply to somebody else', (push) => seal(clearReply(push, text('x'), { to: 'oOther' })), /ToUserName/)
  bad('a reply from another account', (push) => seal(clearReply(push, text('x'), { from: 'gh_x' })), /FromUserName/)
  bad('CreateTime in milliseconds', (push) => seal(clearReply(push, text('x'), { time: '1760000000000' })), /seconds/)
  bad('a foreign appid', (push) => seal(clearReply(push, text('x')), { appid: 'wxother' }), /encrypted for wxother/)
  bad('a wrong signature', (push) => seal(clearReply(push, text('x')), { signature: 'f'.repeat(40) }), /MsgSignature/)
  bad(
    'a TimeStamp in milliseconds',
    (push) => seal(clearReply(push, text('x')), { timestamp: '1760000000000' }),
    /TimeStamp/,
  )
  bad('a text beyond 2048 bytes', (push) => seal(clearReply(push, text('长'.repeat(683)))), /2049 bytes/)
  bad(
    'an unknown media id',
    (push) => seal(clearReply(push, '<MsgType>image</MsgType><Image><MediaId>m</MediaId></Image>')),
    /MediaId m/,
  )
  bad(
    'a mini-program card',
    (push) => seal(clearReply(push, '<MsgType>miniprogrampage</MsgType>')),
    /not a passive reply/,
  )
  bad('broken XML', (push) => seal(clearReply(push, '<MsgType>text</MsgType><Content>a')), /not XML/)
  bad('a doubled field', (push) => seal(clearReply(push, `${text('x')}<Content>y</Content>`)), /Content stands twice/)
  test.each(wrong)('that is %s is a fault the follower sees', async (_name, answer, reason) => {
    product.answer = answer as FakeProduct['answer']
    const exchange = await says('你好')
    expect(exchange.state).toBe('failed')
    expect(exchange.attempts).toHaveLength(4)
    expect(exchange.attempts[0]?.problem).toMatch(reason)
    expect(await lastShown()).toEqual({ kind: 'system', text: '该公众号提供的服务出现故障，请稍后再试' })
  })

  test('that transfers to customer service keeps her messages from the product until the staff leaves', async () => {
    product.answer = (push) =>
      push.field('Content') === '人工'
        ? seal(clearReply(push, '<MsgType><![CDATA[transfer_customer_service]]></MsgType>'))
        : 'success'
    await says('人工')
    await simulator.control.settled()
    expect(product.pushes.at(-1)?.field('Event')).toBe('kf_create_session')
    expect(simulator.control.say(ming, '有人吗').exchange).toBeUndefined()
    simulator.control.staff(ming, '您好，我是小微')
    await simulator.control.staff(ming, undefined).done
    expect(product.pushes.at(-1)?.field('Event')).toBe('kf_close_session')
    expect((await says('还在吗')).state).toBe('acknowledged')
  })

  test('to an event that takes none is not shown', async () => {
    product.answer = (push) => seal(clearReply(push, text('再见')))
    const exchange = await simulator.control.unfollow(ming).done
    expect(exchange?.warnings).toEqual(['a reply to event.unsubscribe is not shown to the follower'])
    expect(await simulator.control.thread(ming)).toEqual([])
  })
})

describe('faults of the callback', () => {
  test('a duplicate comes beside the push with the same MsgId and is never shown', async () => {
    simulator.control.addFault({ side: 'push', kind: 'duplicate', copies: 2 })
    product.answer = (push) => seal(clearReply(push, text('一次')))
    const exchange = await says('你好')
    expect(product.pushes).toHaveLength(3)
    expect(new Set(product.pushes.map((push) => push.field('MsgId'))).size).toBe(1)
    expect(exchange.attempts.filter((attempt) => attempt.copy)).toHaveLength(2)
    expect((await simulator.control.thread(ming)).filter((entry) => entry.from === 'account')).toHaveLength(1)
  })

  test('a reordered push arrives after the next one', async () => {
    simulator.control.addFault({ side: 'push', kind: 'reorder', ms: 5000 })
    const first = simulator.control.say(ming, '一').done
    await simulator.control.say(ming, '二').done
    await first
    expect(product.pushes.map((push) => push.field('Content'))).toEqual(['二', '一'])
  })

  test('a tampered push has a wrong signature, another appid, or another body under the same signature', async () => {
    for (const part of ['msg_signature', 'appid', 'body', 'timestamp'] as const) {
      simulator.control.addFault({ side: 'push', kind: 'tamper', part })
      await says(part)
    }
    const valid = product.pushes.map((push) => {
      const parts = [push.query.get('timestamp') ?? '', push.query.get('nonce') ?? ''] as const
      return (
        getSignature(demoAccount.token, ...parts, field(push.body, 'Encrypt') ?? '') === push.query.get('msg_signature')
      )
    })
    expect(valid).toEqual([false, true, false, true])
    expect(Number(product.pushes[3]?.query.get('timestamp'))).toBeLessThan(Date.now() / 1000 - 3600)
  })
})

test('the address check sends a signed echostr and wants it back', async () => {
  expect(await simulator.control.verify()).toMatchObject({ ok: true, status: 200 })
  simulator.control.setAccount('shop', { callbackUrl: 'http://127.0.0.1:9/x' })
  expect(await simulator.control.verify()).toMatchObject({ ok: false })
})
