// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of the rule compiler.
 */
#include "memory.h"

#include <linux/segward_image.h>

#define CHUNK_SIZE	(64u << 10)
#define MAP_BITS_MIN	6

struct rulec_chunk {
	struct rulec_chunk *next;
	size_t used;
	size_t size;
	u8 data[];
};

struct rulec_map_slot {
	const u8 *key;		/* NULL: free */
	u32 len;
	u32 hash;
	u32 value;
};

int rulec_grow(void *array, u32 *room, u64 need, size_t size)
{
	u64 wanted = *room;
	void *data;

	if (need <= *room)
		return 0;
	wanted += wanted / 2 + 16;
	if (wanted < need)
		wanted = need;
	if (wanted > U32_MAX)
		return -ENOMEM;
	memcpy(&data, array, sizeof(data));	/* of whatever type it is */
	data = realloc(data, wanted * size);
	if (!data)
		return -ENOMEM;
	memcpy(array, &data, sizeof(data));
	*room = (u32)wanted;
	return 0;
}

static int add_chunk(struct rulec_arena *arena, size_t size)
{
	struct rulec_chunk *chunk;

	if (size < CHUNK_SIZE)
		size = CHUNK_SIZE;
	chunk = calloc(1, sizeof(*chunk) + size);
	if (!chunk)
		return -ENOMEM;
	chunk->size = size;
	chunk->next = arena->chunk;
	arena->chunk = chunk;
	return 0;
}

void *rulec_arena_alloc(struct rulec_arena *arena, size_t size)
{
	void *block;

	size = (size + 7) & ~(size_t)7;
	if (!arena->chunk || arena->chunk->size - arena->chunk->used < size) {
		if (add_chunk(arena, size))
			return NULL;
	}
	block = arena->chunk->data + arena->chunk->used;
	arena->chunk->used += size;
	return block;
}

void rulec_arena_free(struct rulec_arena *arena)
{
	struct rulec_chunk *chunk = arena->chunk;

	while (chunk) {
		struct rulec_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
	arena->chunk = NULL;
}

/* FNV-1a with a final mix, since its low bits alone are weak. */
static u32 hash_bytes(const void *key, size_t len)
{
	const u8 *byte = key;
	u64 hash = 0xcbf29ce484222325ULL;
	size_t i;

	for (i = 0; i < len; i++)
		hash = (hash ^ byte[i]) * 0x100000001b3ULL;
	return (u32)(hash ^ hash >> 32);
}

static struct rulec_map_slot *find_slot(const struct rulec_map *map,
					const void *key, size_t len, u32 hash)
{
	u32 mask = (1u << map->bits) - 1;
	u32 i = hash & mask;

	/* There is always a free slot: see rulec_map_add(). */
	while (map->slot[i].key) {
		if (map->slot[i].hash == hash && map->slot[i].len == len &&
		    !memcmp(map->slot[i].key, key, len))
			break;
		i = (i + 1) & mask;
	}
	return &map->slot[i];
}

u32 *rulec_map_find(const struct rulec_map *map, const void *key, size_t len)
{
	struct rulec_map_slot *slot;

	if (!map->nr)
		return NULL;
	slot = find_slot(map, key, len, hash_bytes(key, len));
	return slot->key ? &slot->value : NULL;
}

static int double_slots(struct rulec_map *map)
{
	u32 bits = map->bits ? map->bits + 1 : MAP_BITS_MIN;
	struct rulec_map_slot *old = map->slot;
	u32 nr = map->bits ? 1u << map->bits : 0;
	struct rulec_map_slot *slot;
	u32 i;

	slot = calloc((size_t)1 << bits, sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	map->slot = slot;
	map->bits = bits;
	for (i = 0; i < nr; i++) {
		if (old[i].key)
			*find_slot(map, old[i].key, old[i].len,
				   old[i].hash) = old[i];
	}
	free(old);
	return 0;
}

int rulec_map_add(struct rulec_map *map, const void *key, size_t len,
		  u32 value)
{
	u32 hash = hash_bytes(key, len);
	u8 *copy;

	/* At most three quarters full. */
	if (!map->bits || map->nr >= 3u << (map->bits - 2)) {
		if (map->bits >= 30 || double_slots(map))
			return -ENOMEM;
	}
	copy = rulec_arena_alloc(&map->arena, len + 1);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, key, len);
	*find_slot(map, key, len, hash) = (struct rulec_map_slot){
		.key	= copy,
		.len	= (u32)len,
		.hash	= hash,
		.value	= value,
	};
	map->nr++;
	return 0;
}

void rulec_map_free(struct rulec_map *map)
{
	rulec_arena_free(&map->arena);
	free(map->slot);
	*map = (struct rulec_map){};
}

int rulec_bytes_add(struct rulec_bytes *bytes, const void *data, size_t len,
		    u32 *offset)
{
	u32 *known = rulec_map_find(&bytes->map, data, len);
	int err;

	if (known) {
		*offset = *known;
		return 0;
	}
	if (len > SEGWARD_IMAGE_SIZE_MAX - bytes->len)
		return -E2BIG;
	err = rulec_grow(&bytes->data, &bytes->room, (u64)bytes->len + len, 1);
	if (err)
		return err;
	err = rulec_map_add(&bytes->map, data, len, bytes->len);
	if (err)
		return err;
	memcpy(bytes->data + bytes->len, data, len);
	*offset = bytes->len;
	bytes->len += (u32)len;
	return 0;
}

void rulec_bytes_free(struct rulec_bytes *bytes)
{
	rulec_map_free(&bytes->map);
	free(bytes->data);
	*bytes = (struct rulec_bytes){};
}
