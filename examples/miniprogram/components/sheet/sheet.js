/** A card that comes up from the bottom and asks for one thing. The buttons are the page's. */
Component({
  properties: { heading: String, why: String },
})
