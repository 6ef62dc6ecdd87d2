import { expect, test } from '@jest/globals'
import { initials } from '../../src/desk/canned/pinyin.js'

test('first letters of pinyin, with what is no Chinese character as it is', () => {
  expect(initials('退货地址')).toBe('thdz')
  expect(initials('VIP 权益')).toBe('vipqy')
  expect(initials('怎么退货？')).toBe('zmth')
  expect(initials('重庆发货')).toBe('cqfh')
  expect(initials('')).toBe('')
})
