import type { Expression } from './expression.js'

/** An expression as its author writes it: `单号 {order.number}`, `{order.amount|money}`. */
export function expressionText(expression: Expression): string {
  return expression
    .map((part) => {
      if (typeof part === 'string') return part.replaceAll('{', '{{').replaceAll('}', '}}')
      const format = part.format === 'text' ? '' : `|${part.format}`
      return `{${part.path.join('.')}${format}${part.fallback === undefined ? '' : `?${part.fallback}`}}`
    })
    .join('')
}
