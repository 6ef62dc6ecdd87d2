/** Leads to the first field of a form that was refused. */
export function showFault(): void {
  const wrong = document.querySelector('.way-page :is(.ant-form-item-has-error, [data-fault])')
  const place = wrong?.closest('.ant-form-item, .way-row, .way-list, .panel')
  place?.querySelector<HTMLElement>('input, textarea')?.focus({ preventScroll: true })
  place?.scrollIntoView({ block: 'center' })
}
