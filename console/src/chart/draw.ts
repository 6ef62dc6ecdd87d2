/** A row of numbers, one for each label. */
export interface Series {
  name: string
  values: readonly number[]
  /** `bad` is drawn red, `good` green, `quiet` grey. */
  tone?: 'good' | 'bad' | 'quiet'
}

const TONES = { good: '#1aa567', bad: '#e5484d', quiet: '#8b8d98' } as const

/** What ECharts draws: pure, so that it can be tested without a page. */
export function optionOf(labels: readonly string[], series: readonly Series[], kind: 'bar' | 'line', dark: boolean) {
  const text = dark ? '#c8c8c8' : '#555'
  const line = dark ? '#333' : '#eee'
  return {
    animationDuration: 200,
    grid: { left: 8, right: 16, top: series.length > 1 ? 32 : 12, bottom: 4, containLabel: true },
    // Rich text: a tooltip of HTML would need inline styles, which the page’s policy forbids.
    tooltip: { trigger: 'axis' as const, renderMode: 'richText' as const, confine: true },
    ...(series.length > 1 && { legend: { top: 0, textStyle: { color: text } } }),
    xAxis: {
      type: 'category' as const,
      data: [...labels],
      axisLabel: { color: text },
      axisLine: { lineStyle: { color: line } },
    },
    yAxis: {
      type: 'value' as const,
      minInterval: 1,
      axisLabel: { color: text },
      splitLine: { lineStyle: { color: line } },
    },
    series: series.map(({ name, values, tone }) => ({
      type: kind,
      name,
      data: [...values],
      barMaxWidth: 32,
      smooth: false,
      ...(tone && { itemStyle: { color: TONES[tone] }, lineStyle: { color: TONES[tone] } }),
    })),
  }
}
