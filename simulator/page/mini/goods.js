import { button, h, picture } from '../dom.js'
import { t } from '../words.js'
import { money, pictureUrl } from './words.js'

/** The home page: a banner and everything there is. */
export function goodsList(products, collection, acts) {
  const shown = collection === 'autumn' ? products.filter((product) => product.category === '四件套') : products
  return h(
    'div',
    { class: 'goods' },
    h(
      'div',
      { class: 'goods-banner' },
      h('small', {}, collection === 'autumn' ? '秋日上新' : '微环小店'),
      h('b', {}, '水洗棉暖色系列'),
      h('span', {}, '四种秋天的颜色，首发一周 8 折'),
    ),
    h(
      'div',
      { class: 'goods-grid' },
      shown.map((product) => tile(product, acts)),
    ),
  )
}

function tile(product, acts) {
  const from = cheapest(product)
  return button(
    [
      picture(pictureUrl(product.id), 'goods-picture', product.name),
      h('span', { class: 'goods-name' }, product.name),
      h(
        'span',
        { class: 'goods-price' },
        h('b', {}, money(from.fen)),
        product.variants.length > 1 && h('i', {}, t('from')),
        from.wasFen && h('s', {}, money(from.wasFen)),
      ),
    ],
    () => acts.go(`pages/goods/detail?id=${product.id}`),
    { class: 'goods-tile', testid: 'goods', data: { product: product.id } },
  )
}

const cheapest = (product) => product.variants.reduce((least, item) => (item.fen < least.fen ? item : least))

/** One product: its picture, its versions and 立即购买. */
export function goodsPage(products, id, acts) {
  const product = products.find((item) => item.id === id || item.variants.some((variant) => variant.sku === id))
  if (!product) return h('div', { class: 'mini-empty' }, h('p', {}, t('noGoods')))
  let chosen = product.variants.find((item) => item.sku === id) ?? product.variants.at(-1)
  let count = 1
  const price = h('div', { class: 'price-large' })
  const amount = h('b', {}, '1')
  const choices = h('div', { class: 'chips', role: 'group', 'aria-label': t('spec') })
  function draw() {
    amount.textContent = String(count)
    price.replaceChildren(
      h('b', {}, money(chosen.fen)),
      ...(chosen.wasFen ? [h('s', {}, money(chosen.wasFen)), h('em', {}, t('launchPrice'))] : []),
    )
    choices.replaceChildren(
      ...product.variants.map((item) =>
        button(
          item.spec,
          () => {
            chosen = item
            draw()
          },
          { class: 'spec', 'aria-pressed': String(item === chosen), testid: `sku-${item.sku}` },
        ),
      ),
    )
  }
  const step = (by) => () => {
    count = Math.min(99, Math.max(1, count + by))
    draw()
  }
  draw()
  return h(
    'div',
    { class: 'goods-one' },
    picture(pictureUrl(product.id), 'goods-large', product.name),
    h('div', { class: 'sheet' }, price, h('h2', {}, product.name), h('p', {}, product.line)),
    h(
      'div',
      { class: 'sheet' },
      h('div', { class: 'row-label' }, t('spec')),
      choices,
      h(
        'div',
        { class: 'row-label split' },
        t('count'),
        h(
          'span',
          { class: 'stepper' },
          button('−', step(-1), { 'aria-label': t('less') }),
          amount,
          button('+', step(1), { 'aria-label': t('moreOf') }),
        ),
      ),
    ),
    h(
      'div',
      { class: 'mini-foot' },
      button(
        t('contactService'),
        () => acts.contact({ title: product.name, path: `pages/goods/detail?id=${product.id}` }),
        {
          class: 'mini-ghost',
          testid: 'contact-service',
        },
      ),
      button(t('buyNow'), () => acts.buy({ sku: chosen.sku, count }), { class: 'mini-primary grow', testid: 'buy' }),
    ),
  )
}
