import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { countSegment, explainSegment, listSegments, showSegment } from '../../src/commands/segment.js'
import { openTools } from '../../src/commands/tools.js'
import { openShop, type TestShop } from './shop.js'

let shop: TestShop
let contact: string
beforeAll(async () => {
  shop = await openShop()
  const tools = await openTools(shop.context)
  await tools.store.ensureIndexes()
  contact = await tools.contacts.resolve({ platform: 'official-account', account: 'shop', externalId: 'oMing' })
  await tools.close()
})
afterAll(() => shop.close())
beforeEach(() => void shop.said.splice(0))

describe('weloop segment', () => {
  test('lists the segments of the sample shop', async () => {
    expect(await listSegments(shop.context)).toBe(0)
    expect(shop.said).toContain('recall  沉默的老客')
    expect(await listSegments({ ...shop.context, json: true })).toBe(0)
    expect(shop.json<{ slug: string }[]>().map(({ slug }) => slug)).toContain('newcomers')
  })

  test('counts the people of one', async () => {
    expect(await countSegment('newcomers', shop.context)).toBe(0)
    expect(shop.said[0]).toMatch(/^新朋友（newcomers）：1 人，用时 \d+ 毫秒$/)
    expect(shop.said[1]).toContain(contact)
    await countSegment('recall', { ...shop.context, json: true })
    expect(shop.json()).toMatchObject({ slug: 'recall', count: 0, sample: [] })
  })

  test('shows a rule, and says when there is none', async () => {
    expect(await showSegment('recall', { ...shop.context, json: true })).toBe(0)
    expect(shop.json()).toMatchObject({
      origin: 'file',
      rule: { all: [{ segment: { id: 'marketing-allowed' } }, {}, {}] },
    })
    await expect(showSegment('nothing', shop.context)).rejects.toMatchObject({ code: 'segment.unknown' })
  })

  test('explains condition by condition why somebody does not belong', async () => {
    expect(await explainSegment(contact, 'recall', shop.context)).toBe(1)
    expect(shop.said[0]).toBe(`${contact} 不属于 沉默的老客（recall）`)
    expect(shop.said).toContain('        ✗ 愿意收推广（没有问过）')
    expect(shop.said).toContain(
      `        ✓ 关注着公众号（shop + ${shop.said.join().match(/shop \+ ([\d-]+ [\d:]+)/)?.[1]}）`,
    )
    expect(await explainSegment(contact, 'newcomers', { ...shop.context, english: true })).toBe(0)
    expect(shop.said.join('\n')).toContain('✓ has followed the Official Account for less than 7 days')
    await expect(explainSegment('nobody', 'recall', shop.context)).rejects.toMatchObject({ code: 'contact.unknown' })
  })
})
