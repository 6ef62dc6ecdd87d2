const NS = 'http://www.w3.org/2000/svg'

const PATHS = {
  back: 'M15 4 7 12l8 8',
  close: 'M5 5l14 14M19 5 5 19',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  plus: 'M12 7v10M7 12h10M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19z',
  add: 'M12 5v14M5 12h14',
  smile:
    'M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19zM8 14.2c1 1.7 2.4 2.5 4 2.5s3-.8 4-2.5M8.8 9.4h.01M15.2 9.4h.01',
  voice:
    'M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19zM9.5 14.5a3.5 3.5 0 0 0 0-5M12 16.6a6.4 6.4 0 0 0 0-9.2M7.8 12.6a.9.9 0 0 0 0-1.2',
  waves: 'M8 14.5a3.5 3.5 0 0 0 0-5M11 17.4a7.6 7.6 0 0 0 0-10.8M14 20a11.4 11.4 0 0 0 0-16',
  keyboard: 'M3 6.5h18v11H3zM6.5 10h.01M10 10h.01M14 10h.01M17.5 10h.01M6.5 13h.01M17.5 13h.01M9.5 14.5h5',
  list: 'M4 7h16M4 12h16M4 17h16',
  photo: 'M3.5 5h17v14h-17zM3.5 16l5-5 4 4 3-3 5 5M15.5 9h.01',
  video: 'M3 6.5h12v11H3zM15 10.5l6-3v9l-6-3z',
  place: 'M12 21s7-6.4 7-11.5A7 7 0 0 0 5 9.5C5 14.600 12 21 12 21zM12 12a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
  scan: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16',
  link: 'M10 14a4.200 4.200 0 0 0 6 0l3-3a4.200 4.200 0 0 0-6-6l-1.500 1.500M14 10a4.200 4.200 0 0 0-6 0l-3 3a4.200 4.200 0 0 0 6 6l1.500-1.500',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20c.6-4 3.500-6 7.500-6s6.900 2 7.500 6',
  play: 'M8 5.500v13l11-6.500z',
  note: 'M9 18V6l10-2v12M9 18a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0zM19 16a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0z',
  mini: 'M12 2.500a9.500 9.500 0 1 0 0 19 9.500 9.500 0 0 0 0-19zM8.200 13.800a2 2 0 1 1 1.600-3.200c.6.9 2.400 3.900 3.600 3.900M15.800 10.200a2 2 0 1 1-1.600 3.200',
  chevron: 'M9 5l7 7-7 7',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  external: 'M14 4h6v6M20 4l-9 9M18 14v6H4V6h6',
  bell: 'M6 16.500h12l-1.500-2.200V10a4.500 4.500 0 0 0-9 0v4.300zM10.300 19.500a2 2 0 0 0 3.400 0',
  shop: 'M4 10l1.500-5.500h13L20 10M5 11v8.500h14V11M4 10a2.700 2.700 0 0 0 5.300 0 2.700 2.700 0 0 0 5.400 0 2.700 2.700 0 0 0 5.300 0M10 19.500V15h4v4.500',
  orders: 'M6 3.500h12v17l-2.400-1.500-2.400 1.500-2.400-1.500-2.400 1.500L6 20.500zM9 8.500h6M9 12.500h6',
  truck:
    'M2.500 6.500h11v10h-11zM13.500 10h4l3.500 3.500v3h-7.500zM7 19a1.800 1.800 0 1 0 0-3.600A1.800 1.800 0 0 0 7 19zM17 19a1.800 1.800 0 1 0 0-3.600 1.800 1.800 0 0 0 0 3.600z',
  shield: 'M12 3l7 2.500v6c0 4.500-3 8-7 9.500-4-1.500-7-5-7-9.500v-6zM9 12l2.200 2.200L15.200 10',
}

/** A line icon of this name, hidden from screen readers. */
export function icon(name, size = 24) {
  return outline(PATHS[name] ?? '', name, size)
}

/** Draws a path of a 24 x 24 field as a line icon, hidden from screen readers. */
export function outline(d, name, size = 24) {
  const svg = document.createElementNS(NS, 'svg')
  const attributes = {
    viewBox: '0 0 24 24',
    width: size,
    height: size,
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': name === 'more' ? 2.6 : 1.5,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
    focusable: 'false',
    class: `icon icon-${name}`,
  }
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, String(value))
  const path = document.createElementNS(NS, 'path')
  path.setAttribute('d', d)
  svg.append(path)
  return svg
}
