/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory of the rule compiler: arrays that grow, blocks that live as long as
 * the compiler, a map from bytes to numbers, and sections of bytes in which
 * equal contents are stored once.
 */
#ifndef SEGWARD_RULEC_MEMORY_H
#define SEGWARD_RULEC_MEMORY_H

#include "../../kmod/engine/port.h"

/**
 * rulec_grow() - make room in an array
 * @array: points to the array's pointer, NULL at first
 * @room: elements it has room for
 * @need: elements it shall have room for
 * @size: bytes of an element
 *
 * Return: 0 or -ENOMEM; the array is unchanged then.
 */
int rulec_grow(void *array, u32 *room, u64 need, size_t size);

/**
 * struct rulec_arena - blocks that are freed together
 * @chunk: the newest
 */
struct rulec_arena {
	struct rulec_chunk *chunk;
};

/** rulec_arena_alloc() - zeroed memory, aligned to 8 bytes, or NULL */
void *rulec_arena_alloc(struct rulec_arena *arena, size_t size);

/** rulec_arena_free() - free all blocks */
void rulec_arena_free(struct rulec_arena *arena);

/**
 * struct rulec_map - from bytes to numbers
 * @arena: owns the keys
 * @slot: open addressing
 * @bits: binary logarithm of the slots
 * @nr: keys
 */
struct rulec_map {
	struct rulec_arena arena;
	struct rulec_map_slot *slot;
	u32 bits;
	u32 nr;
};

/**
 * rulec_map_find() - look a key up
 * @map: the map
 * @key: bytes
 * @len: how many
 *
 * Return: where the key's number is, valid until the next rulec_map_add(), or
 * NULL.
 */
u32 *rulec_map_find(const struct rulec_map *map, const void *key, size_t len);

/**
 * rulec_map_add() - add a key that is not there
 * @map: the map
 * @key: bytes; copied
 * @len: how many
 * @value: its number
 *
 * Return: 0 or -ENOMEM.
 */
int rulec_map_add(struct rulec_map *map, const void *key, size_t len,
		  u32 value);

/** rulec_map_free() - free the map and its keys */
void rulec_map_free(struct rulec_map *map);

/**
 * struct rulec_bytes - a section of bytes
 * @data: contents
 * @len: how many
 * @room: of @data
 * @map: from contents to offsets
 */
struct rulec_bytes {
	u8 *data;
	u32 len;
	u32 room;
	struct rulec_map map;
};

/**
 * rulec_bytes_add() - store bytes once
 * @bytes: the section
 * @data: what to store
 * @len: how many, at least 1
 * @offset: where they are
 *
 * Return: 0, -ENOMEM or -E2BIG (over SEGWARD_IMAGE_SIZE_MAX).
 */
int rulec_bytes_add(struct rulec_bytes *bytes, const void *data, size_t len,
		    u32 *offset);

/** rulec_bytes_free() - free the section */
void rulec_bytes_free(struct rulec_bytes *bytes);

#endif /* SEGWARD_RULEC_MEMORY_H */
