export const data = {
  pagination: { data: "site.indexes", size: 1, alias: "index" },
  permalink: ({ index }) => index.file,
  eleventyExcludeFromCollections: true,
};

export const render = ({ index }) => index.made();
