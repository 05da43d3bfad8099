/* Menus are <details class="menu">: a click elsewhere or Escape closes them. */
document.addEventListener('click', (event) => {
  document.querySelectorAll('details.menu[open]').forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false
  })
})
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return
  const menu = document.querySelector('details.menu[open]')
  if (menu) { menu.open = false; menu.querySelector('summary').focus() }
})
