import { expect } from '@jest/globals'
import type { Page } from 'playwright-core'

/** Takes a picture of the page under this name, or does nothing. */
export type Shoot = (name: string) => Promise<void>

/** Buys a set of bedding on the phone, up to the payment; gives the order's number. */
export async function buy(page: Page): Promise<string> {
  const id = (name: string) => page.getByTestId(name)
  await id('quick-shop').click()
  await page.locator('[data-testid=goods][data-product=washed-cotton-clay]').click()
  await id('sku-WC4-TT-18').click()
  await id('buy').click()
  await id('submit-order').click()
  await id('pay-go').click()
  return (await id('order-page').getAttribute('data-order')) ?? ''
}

/**
 * A follower buys on the phone, the shop ships and delivers in its office, and every step is told on the phone: paid in
 * the chat, shipped and out for delivery under 服务通知, delivered in one of the two. A tap on a notice opens the order's
 * page with the parcel's way. The phone shows the chat at the start, and the list of chats at the end.
 */
export async function walkOrder(page: Page, shoot: Shoot): Promise<void> {
  const id = (name: string) => page.getByTestId(name)
  const inOffice = (button: string) => id('office-order').first().getByTestId(button)
  await id('quick-shop').click()
  await id('goods').first().waitFor()
  await shoot('shop-goods')
  await id('viewer-back').click()

  const no = await buy(page)
  await id('consent').waitFor()
  await shoot('shop-consent')
  await id('consent-yes').click()
  expect(await id('order-state').innerText()).toBe('待发货')
  await id('viewer-back').click()
  const paid = id('bubble-notice').filter({ hasText: '下单成功通知' })
  await paid.waitFor()
  expect(await paid.innerText()).toContain('295.00')
  expect(await paid.innerText()).toContain('进入小程序')

  await id('side-office').click()
  await inOffice('ship').click()
  await id('carrier').selectOption('ZTO')
  await id('tracking-input').fill('ZTO7788990011')
  await shoot('shop-office')
  await id('ship-go').click()
  await id('banner').waitFor()
  await shoot('shop-shipped')
  await id('banner').click()
  const shipped = id('service-notice').filter({ hasText: '订单发货通知' })
  await shipped.waitFor()
  expect(await shipped.innerText()).toContain('中通快递 ZTO7788990011')

  await inOffice('out').click()
  const out = id('service-notice').filter({ hasText: '派送' }).last()
  await out.waitFor()
  await shoot('shop-service')
  await out.getByTestId('notice-open').click()
  await id('order-page').waitFor()
  expect(await id('order-page').getAttribute('data-order')).toBe(no)
  expect(await id('order-state').innerText()).toBe('派送中')
  expect(await id('tracking').innerText()).toBe('ZTO7788990011')
  await shoot('shop-order')

  await inOffice('deliver').click()
  await id('order-state').filter({ hasText: '已签收' }).waitFor()
  expect(await id('logistics').innerText()).toContain('已签收，签收人：本人')
  await id('receive').click()
  await id('order-state').filter({ hasText: '交易完成' }).waitFor()
  await id('viewer-back').click()
  await id('service-back').click()
  await id('home').filter({ hasText: '签收' }).waitFor()
  await shoot('shop-home')
}
